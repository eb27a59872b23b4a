using System.Globalization;
using System.Text;
using Wandb.Agent.Checkpoints;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Receipts;

/// <summary>
/// Keeps what the server will never take: lines over its limit and what it refused for good. Bounded: beyond the limits things are only counted.
/// One folder for each run file, <c>quarantine/</c> in the agent's state directory.
/// </summary>
/// <param name="earlier">What an earlier agent has set aside of the same file.</param>
/// <param name="earlierCount">How much that was in all.</param>
internal sealed class Quarantine(StateDirectory state, IEnumerable<string> earlier, int earlierCount)
{
    public const int MaxFiles = 100;
    public const long MaxBytes = 64L * 1024 * 1024;

    private long _bytes;

    /// <summary>How many things were set aside, kept or not.</summary>
    public int Count { get; private set; } = earlierCount;

    /// <summary>Why the last one could not be kept as a file; null when it could.</summary>
    public string? Problem { get; private set; }

    /// <summary>The reasons, at most <see cref="MaxFiles"/>.</summary>
    public List<string> Reasons { get; } = [.. earlier];

    /// <param name="what">A few words that are good for a file name: <c>history-row-17</c>.</param>
    /// <param name="reason">One line for a person.</param>
    /// <returns>What was added to <see cref="Reasons"/>; null when it was only counted.</returns>
    public string? Add(string what, string reason, ReadOnlySpan<byte> content)
    {
        Count++;
        if (Reasons.Count >= MaxFiles || _bytes + content.Length > MaxBytes)
            return null;
        var added = $"{what}: {reason}";
        Reasons.Add(added);
        _bytes += content.Length;
        try
        {
            var folder = Path.Combine(state.Writable(), "quarantine");
            OneDirectory.Create(folder);
            using var file = File.Create(Free(folder, what));
            file.Write(Encoding.UTF8.GetBytes(reason + "\n\n"));
            file.Write(content);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Problem = ReadFailure.Describe(exception);
        }
        return added;
    }

    // Lines move up behind one that was set aside, so the next one may have its number.
    private string Free(string folder, string what)
    {
        var path = Path.Combine(folder, $"{what}.txt");
        return File.Exists(path) ? Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{what}-{Count}.txt")) : path;
    }
}
