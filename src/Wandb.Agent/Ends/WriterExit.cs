using System.Globalization;
using System.Text.Json;
using Wandb.Agent.GraphQL;

namespace Wandb.Agent.Ends;

/// <summary>What the file of <c>--writer-exit</c> says: a plain number, or <c>{"exitCode":137,"reason":"OOMKilled"}</c>.</summary>
/// <param name="At">When the file was written last: runs that began later belong to another writer.</param>
internal sealed record WriterExit(int Code, string Reason, DateTimeOffset At)
{
    private const int MaxCode = 255;

    /// <returns>Null for text that is no whole answer: empty, or half-written.</returns>
    public static WriterExit? Parse(string text, DateTimeOffset at)
    {
        if (int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var plain))
            return plain <= MaxCode ? new WriterExit(plain, ReasonFor(plain), at) : null;
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.At("exitCode") is not { ValueKind: JsonValueKind.Number } number
                || !number.TryGetInt32(out var code) || code is < 0 or > MaxCode)
                return null;
            var reason = document.RootElement.At("reason") is { ValueKind: JsonValueKind.String } given ? given.GetString() : null;
            return new WriterExit(code, string.IsNullOrEmpty(reason) ? ReasonFor(code) : reason, at);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string ReasonFor(int code) => code == 0 ? WriterEnd.Completed : WriterEnd.Error;
}
