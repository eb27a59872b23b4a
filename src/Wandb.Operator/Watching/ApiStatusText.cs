using System.Text.Json;

namespace Wandb.Operator.Watching;

/// <summary>What a <c>metav1.Status</c> says.</summary>
/// <param name="Code">Null when it is no Status.</param>
internal sealed record ApiStatusText(int? Code, string Reason, string Message, TimeSpan? RetryAfter)
{
    private static readonly ApiStatusText None = new(null, "", "", null);

    /// <summary>Never throws: proxies answer with HTML, and with nothing.</summary>
    public static ApiStatusText Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return Read(JsonElement.Parse(body));
        }
        catch (JsonException)
        {
            return None;
        }
    }

    public static ApiStatusText Read(JsonElement status)
    {
        if (status.ValueKind != JsonValueKind.Object)
            return None;
        var seconds = status.TryGetProperty("details", out var details) && details.ValueKind == JsonValueKind.Object
            ? Number(details, "retryAfterSeconds")
            : null;
        var retryAfter = seconds is > 0 ? TimeSpan.FromSeconds(seconds.Value) : (TimeSpan?)null;
        return new(Number(status, "code"), Text(status, "reason"), Text(status, "message"), retryAfter);
    }

    private static string Text(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static int? Number(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;
}
