using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Wandb.Agent.Http;

namespace Wandb.Agent.GraphQL;

/// <summary>Sends operations to the server's GraphQL endpoint. Safe for concurrent use.</summary>
internal sealed class GraphQLClient(WandbHttp http)
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal async Task<ApiOutcome<TAnswer>> SendAsync<TAnswer>(GraphQLRequest<TAnswer> request, CancellationToken ct)
        where TAnswer : class
    {
        var body = Serialize(request);
        var call = new HttpCall(request.Kind, request.Operation, HttpMethod.Post, http.Server.GraphQLUrl, _ => JsonBody(body));
        return await http.SendAsync(call, ct) switch
        {
            HttpOutcome.Answer answer => Read(request, answer),
            var other => new ApiOutcome<TAnswer>.Failed(ApiFailure.From(other)),
        };
    }

    private static ReadOnlyMemory<byte> Serialize<TAnswer>(GraphQLRequest<TAnswer> request)
        where TAnswer : class
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using var json = new Utf8JsonWriter(buffer, Writing);
        json.WriteStartObject();
        json.WriteString("operationName", request.Operation);
        json.WriteString("query", request.Document);
        if (request.WriteVariables is { } write)
        {
            json.WriteStartObject("variables");
            write(json);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static ReadOnlyMemoryContent JsonBody(ReadOnlyMemory<byte> body) =>
        new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private ApiOutcome<TAnswer> Read<TAnswer>(GraphQLRequest<TAnswer> request, HttpOutcome.Answer answer)
        where TAnswer : class
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            if (document.RootElement.At("errors") is { ValueKind: JsonValueKind.Array } errors && errors.GetArrayLength() > 0)
                return Refused(RefusalKind.GraphQLErrors, http.Server.Redact(ServerMessage.From(answer.Body, answer.Status)));
            if (document.RootElement.At("data") is { } data && request.ReadData(data) is { } value)
                return new ApiOutcome<TAnswer>.Success(value);
            return Refused(RefusalKind.Other, $"the server's answer to {request.Operation} lacks what was asked for");
        }
        catch (JsonException)
        {
            return Refused(RefusalKind.Other, ServerMessage.NotOurs(answer.Body));
        }

        ApiOutcome<TAnswer>.Failed Refused(RefusalKind kind, string message) => new(new ApiFailure.Refused(kind, answer.Status, message));
    }
}
