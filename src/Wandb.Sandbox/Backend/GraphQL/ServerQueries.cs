using System.Text.Json.Nodes;
using Wandb.Sandbox.Backend.Storage;

namespace Wandb.Sandbox.Backend.GraphQL;

/// <summary>Who the caller is and what the server can do.</summary>
internal sealed class ServerQueries(LocalBackendOptions options)
{
    private const string NewestVersion = "99.0.0"; // no client is too new, none needs an update

    public Resolution Viewer() => new Resolution.Resolved(new GraphQLObject("User")
    {
        { "id", StableId.Of("User", options.DefaultEntity) },
        { "name", options.DefaultEntity },
        { "username", options.DefaultEntity },
        { "email", "sandbox@example.com" },
        { "entity", options.DefaultEntity },
        { "admin", false },
        { "flags", "{}" },
        { "teams", new GraphQLObject("EntityConnection") { { "edges", new[] { new GraphQLObject("EntityEdge") { { "node", EntityOf(options.DefaultEntity) } } } } } },
    });

    public Resolution ServerInfo() => new Resolution.Resolved(new GraphQLObject("ServerInfo")
    {
        { "features", options.Features.Select(name => new GraphQLObject("ServerFeature") { { "name", name }, { "isEnabled", true } }).ToList() },
        { "cliVersionInfo", new JsonObject { ["max_cli_version"] = NewestVersion, ["min_cli_version"] = "0.1.0" } },
        {
            "latestLocalVersionInfo", new GraphQLObject("LocalVersionInfo")
            {
                { "outOfDate", false }, { "latestVersionString", NewestVersion }, { "versionOnThisInstanceString", NewestVersion },
            }
        },
    });

    public Resolution Entity(JsonObject arguments) => new Resolution.Resolved(EntityOf(arguments.Text("name") ?? options.DefaultEntity));

    public static GraphQLObject EntityOf(string name) => new("Entity") { { "id", StableId.Of("Entity", name) }, { "name", name } };
}
