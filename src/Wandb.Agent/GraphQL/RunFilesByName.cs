using System.Text.Json;
using Wandb.Agent.Http;

namespace Wandb.Agent.GraphQL;

/// <summary>Asks which of some files of a run the server has, and their digests. Old servers may not know md5: see <see cref="ServerReading{T}"/>.</summary>
internal static class RunFilesByName
{
    private const string Document =
        """
        query RunFilesByName($entity: String!, $project: String!, $run: String!, $names: [String], $first: Int) {
          project(name: $project, entityName: $entity) {
            run(name: $run) { files(names: $names, first: $first) { edges { node { name md5 sizeBytes } } } }
          }
        }
        """;

    internal static GraphQLRequest<RunFilesAnswer> Request(RunPath run, IReadOnlyList<string> names) => new(
        "RunFilesByName",
        Document,
        json =>
        {
            json.WriteString("entity", run.Entity);
            json.WriteString("project", run.Project);
            json.WriteString("run", run.Run);
            json.WriteTexts("names", names);
            json.WriteNumber("first", names.Count);
        },
        Read);

    private static RunFilesAnswer? Read(JsonElement data)
    {
        if (data.At("project", "run") is null)
            return new RunFilesAnswer([]);
        if (data.At("project", "run", "files", "edges") is null)
            return null;
        return new RunFilesAnswer([
            .. data.ItemsAt("project", "run", "files", "edges")
                .Select(edge => edge.At("node"))
                .OfType<JsonElement>()
                .Select(node => new StoredRunFile(node.StringAt("name") ?? "", node.StringAt("md5"), node.IntegerAt("sizeBytes")))]);
    }
}
