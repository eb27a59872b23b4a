using System.Text.Json.Nodes;

namespace Wandb.Operator.Injection;

/// <summary>As whom the agent runs: as the trainer where that is written down, otherwise as the image or the platform says.</summary>
/// <param name="Uid">Null: not set.</param>
/// <param name="Gid">Null: not set.</param>
/// <param name="SeLinux">The trainer's <c>seLinuxOptions</c>; null: the pod's.</param>
internal sealed record AgentUser(long? Uid, long? Gid, JsonObject? SeLinux)
{
    public static AgentUser For(PodView pod, IReadOnlyList<ContainerView> chosen)
    {
        // Root sees the runs of all; otherwise the first trainer that says something.
        var contexts = chosen.Select(container => container.SecurityContext).ToList();
        var users = contexts.Select(context => JsonRead.Number(context?["runAsUser"])).ToList();
        var at = users.FindIndex(user => user == 0) is >= 0 and var root ? root : users.FindIndex(user => user is not null);
        var context = at < 0 ? null : contexts[at];
        var uid = at < 0 ? JsonRead.Number(pod.SecurityContext["runAsUser"]) : users[at];
        var gid = JsonRead.Number(context?["runAsGroup"]) ?? JsonRead.Number(pod.SecurityContext["runAsGroup"]);
        var seLinux = contexts.Select(one => one?["seLinuxOptions"] as JsonObject).FirstOrDefault(options => options is not null);
        return new AgentUser(uid, gid, seLinux);
    }

    /// <summary>A <c>securityContext</c> that passes Pod Security "restricted" (unless the trainer is root, which does not pass itself).</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["allowPrivilegeEscalation"] = false,
            ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") },
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
}
