using System.Globalization;
using System.Text;

namespace Wandb.Agent.Locks;

/// <summary>Who holds the lock of a run, as the lock file tells it.</summary>
/// <param name="Host">Name of the machine, or of the pod.</param>
internal sealed record LockOwner(int ProcessId, string Host, DateTimeOffset Since)
{
    /// <summary>One line: <c>4711 trainer-0 2026-11-24T12:00:00Z</c>.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{ProcessId} {Host} {Since.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}\n"));

    /// <returns>Null when the text is none: the owner has not written it yet.</returns>
    public static LockOwner? From(ReadOnlySpan<byte> text) =>
        Encoding.UTF8.GetString(text).Split(' ', '\n') is [var id, { Length: > 0 } host, var since, ""]
        && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var processId)
        && DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? new LockOwner(processId, host, time)
            : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"process {ProcessId} on {Host}, since {Since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
}
