using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Wandb.Operator.Resources;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Statuses;

/// <summary>Writes statuses of our kinds by server-side apply: all of a status is this operator's, and nothing else is.</summary>
internal sealed class StatusApi(KubernetesApi api, OperatorMetrics metrics)
{
    /// <summary>The same for all versions and replicas, so that what one wrote another may take away.</summary>
    public const string FieldManager = "wandb-operator";

    /// <param name="kind">E.g. <c>WandbRun</c>.</param>
    /// <param name="plural">E.g. <c>wandbruns</c>.</param>
    /// <param name="metadata">Of the object: its name, namespace and UID, so that no other object of that name gets it.</param>
    public async ValueTask<StatusOutcome> ApplyAsync<T>(
        string kind, string plural, ObjectMeta metadata, T status, JsonTypeInfo<T> type, CancellationToken ct)
    {
        var path = $"/apis/{ResourceNames.ApiVersion}/namespaces/{Uri.EscapeDataString(metadata.Namespace)}/{plural}/{Uri.EscapeDataString(metadata.Name)}/status";
        var document = Document(kind, metadata, status, type);
        var outcome = await api.ApplyAsync(path, document, FieldManager, force: true, ct);
        switch (outcome)
        {
            case ApiOutcome.Done done:
                metrics.StatusWritten("written");
                return new StatusOutcome.Written(done.Body.GetProperty("metadata").GetProperty("resourceVersion").GetString() ?? "");
            case ApiOutcome.Refused { Refusal.IsNotFound: true }:
                metrics.StatusWritten("gone");
                return new StatusOutcome.Gone();
            case ApiOutcome.Refused { Refusal: { StatusCode: StatusCodes.Status400BadRequest or StatusCodes.Status422UnprocessableEntity } refusal }:
                metrics.StatusWritten("refused");
                return new StatusOutcome.Refused(refusal.ToString());
            case ApiOutcome.Refused { Refusal: { IsTooLarge: true } refusal }:
                metrics.StatusWritten("refused");
                return new StatusOutcome.Refused(
                    $"its status of {document.Length} bytes is too large for the API server, so the one before stays; fewer summaryMetrics, or a WandbRun for each part, make it smaller ({refusal})");
            default:
                metrics.StatusWritten("failed");
                return new StatusOutcome.Failed(outcome);
        }
    }

    private static ReadOnlyMemory<byte> Document<T>(string kind, ObjectMeta metadata, T status, JsonTypeInfo<T> type)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("apiVersion", ResourceNames.ApiVersion);
            writer.WriteString("kind", kind);
            writer.WriteStartObject("metadata");
            writer.WriteString("name", metadata.Name);
            writer.WriteString("namespace", metadata.Namespace);
            if (metadata.Uid is { } uid)
                writer.WriteString("uid", uid);
            writer.WriteEndObject();
            writer.WritePropertyName("status");
            JsonSerializer.Serialize(writer, status, type);
            writer.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }
}
