using System.Text.Json.Nodes;

namespace Wandb.Operator.Injection;

/// <summary>
/// As whom the agent runs: as the trainer where that is written down; as root where it uploads and the trainer may be root, because the SDK makes
/// staged files of artifacts readable for their user alone (mode 0400); otherwise as the image or the platform says.
/// </summary>
/// <param name="Uid">Null: not set.</param>
/// <param name="Gid">Null: not set.</param>
/// <param name="ReadsAll">Root reads files of other users as well, by the capability for it that Pod Security "baseline" allows.</param>
/// <param name="SeLinux">The trainer's <c>seLinuxOptions</c>; null: the pod's.</param>
internal sealed record AgentUser(long? Uid, long? Gid, bool ReadsAll, JsonObject? SeLinux)
{
    /// <param name="uploads">It reads more than run files.</param>
    /// <param name="isNonRoot">Whatever the trainer is, the agent is not to be root.</param>
    public static AgentUser For(PodView pod, IReadOnlyList<ContainerView> chosen, bool uploads, bool isNonRoot)
    {
        var trainers = chosen.Select(container => Trainer.Of(container.SecurityContext, pod.SecurityContext)).ToList();
        var seLinux = trainers.Select(trainer => trainer.SeLinux).FirstOrDefault(options => options is not null);
        if (!isNonRoot && trainers.FirstOrDefault(trainer => trainer.Uid == 0 || (uploads && trainer.MayBeRoot)) is { } root)
            return new AgentUser(0, root.Gid, trainers.Any(trainer => trainer.Uid != 0), seLinux);
        var known = trainers.FirstOrDefault(trainer => trainer.Uid is not null and not 0);
        return new AgentUser(known?.Uid, (known ?? trainers.FirstOrDefault())?.Gid, ReadsAll: false, seLinux);
    }

    /// <summary>A <c>securityContext</c> that passes Pod Security "restricted" (unless the trainer may be root, which does not pass itself).</summary>
    public JsonObject ToJson()
    {
        var capabilities = new JsonObject { ["drop"] = new JsonArray("ALL") };
        if (ReadsAll)
            capabilities["add"] = new JsonArray("DAC_OVERRIDE");
        var json = new JsonObject
        {
            ["allowPrivilegeEscalation"] = false,
            ["capabilities"] = capabilities,
            ["readOnlyRootFilesystem"] = true,
            ["runAsNonRoot"] = Uid != 0,
            ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
        };
        if (Uid is { } uid)
            json["runAsUser"] = uid;
        if (Gid is { } gid)
            json["runAsGroup"] = gid;
        if (SeLinux is not null)
            json["seLinuxOptions"] = SeLinux.DeepClone();
        return json;
    }

    /// <summary>What the manifest says about one trainer; the user of its image is not known to an admission.</summary>
    private sealed record Trainer(long? Uid, long? Gid, bool MayBeRoot, JsonObject? SeLinux)
    {
        public static Trainer Of(JsonObject? own, JsonObject pod)
        {
            var uid = JsonRead.Number(own?["runAsUser"]) ?? JsonRead.Number(pod["runAsUser"]);
            var isNonRoot = JsonRead.Boolean(own?["runAsNonRoot"]) ?? JsonRead.Boolean(pod["runAsNonRoot"]) ?? false;
            return new Trainer(
                uid,
                JsonRead.Number(own?["runAsGroup"]) ?? JsonRead.Number(pod["runAsGroup"]),
                uid == 0 || (uid is null && !isNonRoot),
                own?["seLinuxOptions"] as JsonObject);
        }
    }
}
