using System.Text.Json;

namespace Wandb.Agent.GraphQL;

/// <summary>Finds the server's id of an artifact from the id that the trainer gave it.</summary>
internal static class ClientIDMapping
{
    private const string Document = "query ClientIDMapping($clientID: ID!) { clientIDMapping(clientID: $clientID) { serverID } }";

    internal static GraphQLRequest<ClientIDAnswer> Request(string clientId) => new(
        "ClientIDMapping", Document, json => json.WriteString("clientID", clientId), Read);

    private static ClientIDAnswer Read(JsonElement data) => new(data.StringAt("clientIDMapping", "serverID"));
}
