using System.Text.Json;
using Wandb.Agent.Http;

namespace Wandb.Agent.GraphQL;

/// <summary>One operation with its variables: what is sent, and how the answer is read.</summary>
/// <param name="Operation">The operation's name inside <paramref name="Document"/>.</param>
/// <param name="WriteVariables">Writes the members of the variables object, without its braces; null if there are none.</param>
/// <param name="ReadData">The value of <c>data</c> to an answer; null if something that must be there is not.</param>
internal sealed record GraphQLRequest<TAnswer>(
    string Operation,
    string Document,
    Action<Utf8JsonWriter>? WriteVariables,
    Func<JsonElement, TAnswer?> ReadData)
    where TAnswer : class
{
    internal RequestKind Kind { get; init; } = RequestKind.GraphQL;
}
