using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Ends;

/// <summary>
/// Looks at the file of <c>--writer-exit</c>. A file that is written in pieces may say 1 before it says 137: it counts when two looks, one
/// after the other, see the same, written at the same time. Used by one loop.
/// </summary>
internal sealed class WriterExitFile(string path)
{
    // A number or a line of JSON; more is another file.
    private const int MaxBytes = 64 << 10;

    private (string Text, DateTimeOffset At) _seen = ("", default);

    /// <summary>When the file was written last; null when there is none.</summary>
    public static DateTimeOffset? WrittenAt(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? WrittenAt(file) : null;
    }

    /// <returns>What it says, if that is certain; and what is wrong with it, if it will not become right by waiting.</returns>
    public (WriterExit? Exit, string? Problem) Look()
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
                return (null, null);
            if (file.Length > MaxBytes)
                return (null, $"{path} has {file.Length} bytes; an exit code has at most {MaxBytes}");
            var (text, at) = (File.ReadAllText(path), WrittenAt(file));
            if (_seen != (text, at))
            {
                _seen = (text, at);
                return (null, null);
            }
            var exit = WriterExit.Parse(text, at);
            return (exit, exit is null && text.Length > 0 ? $"{path} holds neither an exit code from 0 to 255 nor {{\"exitCode\":CODE}}" : null);
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            return (null, $"{path}: {ReadFailure.Describe(exception)}");
        }
    }

    private static DateTimeOffset WrittenAt(FileInfo file) => new(file.LastWriteTimeUtc, TimeSpan.Zero);
}
