using System.Text.Json;
using System.Text.Json.Serialization;
using Wandb.Operator.Manifests;
using Wandb.Operator.Resources;
using YamlDotNet.Core;

namespace Wandb.Operator.Serving;

/// <summary>The file of <see cref="OperatorOptions.Defaults"/>.</summary>
internal static class DefaultsFile
{
    // A field that does not exist is a mistake, which would be ignored for weeks.
    private static readonly OperatorJson Strict =
        new(new JsonSerializerOptions(OperatorJson.Default.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow });

    /// <param name="path">Null: there are no defaults.</param>
    /// <returns>Settings null: what is wrong, with its place.</returns>
    public static (WandbProfileSpec? Settings, string? Problem) Read(string? path)
    {
        if (path is null)
            return (new WandbProfileSpec(), null);
        try
        {
            using var text = new StreamReader(path);
            return YamlDocuments.Read(text) switch
            {
                [] => (new WandbProfileSpec(), null),
                [var only] => (only.Deserialize(Strict.WandbProfileSpec), null),
                _ => (null, "there is more than one document"),
            };
        }
        catch (YamlException exception)
        {
            return (null, $"line {exception.Start.Line}: {exception.Message}");
        }
        catch (JsonException exception)
        {
            return (null, $"{exception.Path}: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, exception.Message);
        }
    }
}
