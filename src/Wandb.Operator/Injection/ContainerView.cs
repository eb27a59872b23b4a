using System.Text.Json.Nodes;

namespace Wandb.Operator.Injection;

/// <summary>Reads one container of a pod; see <see cref="PodView"/>.</summary>
/// <param name="Json">The container.</param>
/// <param name="Index">Its place in the pod's array.</param>
internal sealed record ContainerView(JsonObject Json, int Index)
{
    public string Name { get; } = JsonRead.Text(Json["name"]) ?? "";

    public string Image { get; } = JsonRead.Text(Json["image"]) ?? "";

    public IReadOnlyList<EnvEntry> Env { get; } =
        [.. JsonRead.Objects(Json["env"]).Select(entry => new EnvEntry(JsonRead.Text(entry["name"]) ?? "", entry))];

    private Dictionary<string, EnvEntry> VariablesByName
    {
        get
        {
            if (field is null)
            {
                field = new Dictionary<string, EnvEntry>(Env.Count, StringComparer.Ordinal);
                foreach (var entry in Env)
                    field[entry.Name] = entry;
            }
            return field;
        }
    }

    public IReadOnlyList<JsonObject> EnvFrom { get; } = [.. JsonRead.Objects(Json["envFrom"])];

    public IReadOnlyList<MountView> Mounts { get; } = [.. JsonRead.Objects(Json["volumeMounts"]).Select(MountView.Of)];

    public JsonObject? SecurityContext => Json["securityContext"] as JsonObject;

    /// <summary>Whether the image's working directory is replaced, and by what.</summary>
    public string? WorkingDirectory => JsonRead.Text(Json["workingDir"]);

    /// <summary>A container of a pod that runs beside the regular ones although it stands among the init containers.</summary>
    public bool IsNativeSidecar => JsonRead.Text(Json["restartPolicy"]) == "Always";

    /// <summary>The entry that counts: of several with one name the last one.</summary>
    public EnvEntry? Variable(string name) => VariablesByName.GetValueOrDefault(name);
}
