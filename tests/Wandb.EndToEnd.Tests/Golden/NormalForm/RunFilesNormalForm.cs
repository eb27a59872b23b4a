using System.Text.Json.Nodes;

namespace Wandb.EndToEnd.Tests.Golden.NormalForm;

/// <summary>Uploaded run files: size and MD5, but the content of those which the syncing client writes in an order of its own.</summary>
internal static class RunFilesNormalForm
{
    public static JsonObject From(JsonObject files) =>
        new(files.Select(file => KeyValuePair.Create(file.Key, (JsonNode?)Normal(file.Key, file.Value!.AsObject()))));

    private static JsonObject Normal(string path, JsonObject file) => path switch
    {
        "wandb-metadata.json" or "wandb-summary.json" => new JsonObject { ["json"] = LooseJson.ParseOrMark(file["text"].Text()) },
        "config.yaml" => new JsonObject { ["json"] = ConfigYaml.UserKeys(file["text"].Text()) },
        _ => new JsonObject { ["size"] = file.Required("size")?.DeepClone(), ["md5"] = file.Required("md5")?.DeepClone() },
    };
}
