using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Operator.Manifests;
using Wandb.Operator.Resources;
using YamlDotNet.Core;

namespace Wandb.Operator.Serving;

/// <summary>The file of <see cref="OperatorOptions.Defaults"/>.</summary>
internal static class DefaultsFile
{
    /// <param name="path">Null: there are no defaults.</param>
    /// <returns>Settings null: what is wrong, with its place.</returns>
    public static (WandbProfileSpec? Settings, string? Problem) Read(string? path)
    {
        if (path is null)
            return (new WandbProfileSpec(), null);
        JsonNode? document = null;
        try
        {
            var documents = YamlDocuments.ReadFile(path);
            if (documents.Count > 1)
                return (null, "there is more than one document");
            document = documents.SingleOrDefault();
            return (document is null ? new WandbProfileSpec() : document.Deserialize(StrictJson.Default.WandbProfileSpec), null);
        }
        catch (YamlException exception)
        {
            return (null, $"line {exception.Start.Line}: {exception.Message}");
        }
        catch (JsonException exception)
        {
            return (null, ShapeProblem.Of(document, exception));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, exception.Message);
        }
    }
}
