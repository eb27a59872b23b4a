using System.Text.Json.Nodes;
using Wandb.Operator.Manifests;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Demonstration;

/// <summary>
/// The manifests that a person would apply, from the folders beside the program. One thing is changed in samples/kfold: its trainer, a Python
/// image, becomes the sandbox's, since a laptop may have neither an image nor the SDK.
/// </summary>
internal static class KFoldManifests
{
    public const string Namespace = "default";
    public const string Run = "mnist-kfold";
    public const string Job = "mnist-kfold";
    public const string Trainer = "trainer";
    public const string TrainerImage = "wandb-sandbox/trainer";

    private const string Secret = "wandb-api-key";

    /// <exception cref="IOException">The folder is not there.</exception>
    public static IReadOnlyList<JsonObject> Definitions() => Read("crds");

    /// <exception cref="IOException">The folder is not there.</exception>
    public static JsonObject Webhooks() => Read("deploy").Single(manifest => manifest.Text("kind") == "MutatingWebhookConfiguration");

    /// <summary>What a platform team gives a namespace: where the server is, and the key.</summary>
    public static IReadOnlyList<JsonObject> Platform(Uri baseUrl, string apiKey) =>
    [
        Manifest("v1", "Secret", Secret, "stringData", new JsonObject { ["api-key"] = apiKey }),
        Manifest("wandb-operator.io/v1alpha1", "WandbProfile", "default", "spec", new JsonObject { ["baseUrl"] = baseUrl.AbsoluteUri.TrimEnd('/') }),
    ];

    /// <summary>samples/kfold: the WandbRun first, so that the Job's pods find it.</summary>
    /// <param name="rows">Steps of each fold.</param>
    /// <param name="rowsPerSecond">Steps a second of each fold.</param>
    public static IReadOnlyList<JsonObject> Sample(int rows, int rowsPerSecond)
    {
        var manifests = Read(Path.Combine("samples", "kfold"));
        foreach (var manifest in manifests)
        {
            manifest.Section("metadata")["namespace"] = Namespace;
            if (manifest.Text("kind") != "Job")
                continue;
            foreach (var container in manifest.At("spec", "template", "spec").Objects("containers"))
            {
                container["image"] = TrainerImage;
                container.Remove("command");
                container["args"] = new JsonArray("train", "--rows", $"{rows}", "--rate", $"{rowsPerSecond}");
            }
        }
        return [.. manifests.OrderByDescending(manifest => manifest.Text("kind") == "WandbRun")];
    }

    private static List<JsonObject> Read(string folder) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, folder), "*.yaml").Order(StringComparer.Ordinal)
            .SelectMany(file => YamlDocuments.Read(new StringReader(File.ReadAllText(file))))
            .Cast<JsonObject>(),
    ];

    private static JsonObject Manifest(string version, string kind, string name, string section, JsonObject content) => new()
    {
        ["apiVersion"] = version,
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Namespace },
        [section] = content,
    };
}
