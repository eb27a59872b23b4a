using System.Text.Json;
using Wandb.Agent.Http;

namespace Wandb.Agent.GraphQL;

/// <summary>Announces files of a run and gets a URL for each.</summary>
internal static class CreateRunFiles
{
    private const string Document =
        """
        mutation CreateRunFiles($entity: String!, $project: String!, $run: String!, $files: [String!]!) {
          createRunFiles(input: {entityName: $entity, projectName: $project, runName: $run, files: $files}) {
            runID
            uploadHeaders
            files { name uploadUrl }
          }
        }
        """;

    /// <param name="names">Paths below the run's files folder, with slashes; no name twice.</param>
    /// <returns>An answer without a URL for each name counts as none.</returns>
    internal static GraphQLRequest<RunFileUploads> Request(RunPath run, IReadOnlyList<string> names) => new(
        "CreateRunFiles",
        Document,
        json =>
        {
            json.WriteString("entity", run.Entity);
            json.WriteString("project", run.Project);
            json.WriteString("run", run.Run);
            json.WriteTexts("files", names);
        },
        data => Read(data, names));

    private static RunFileUploads? Read(JsonElement data, IReadOnlyList<string> names)
    {
        var urls = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in data.ItemsAt("createRunFiles", "files"))
        {
            if (file.StringAt("name") is { } name && file.StringAt("uploadUrl") is { } url)
                urls[name] = url;
        }

        return names.All(urls.ContainsKey) ? new RunFileUploads(urls, data.StringsAt("createRunFiles", "uploadHeaders")) : null;
    }
}
