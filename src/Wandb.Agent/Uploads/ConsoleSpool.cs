using Wandb.Agent.State;
using Wandb.Agent.Streaming;

namespace Wandb.Agent.Uploads;

/// <summary>
/// Collects the content of <c>output.log</c> while the run file is read: up to 1 MiB in memory, more in a file without a name in the agent's state
/// directory, which the system removes when the agent ends in whatever way. Not thread-safe.
/// </summary>
internal sealed class ConsoleSpool(Func<string> folder) : IDisposable
{
    private const int MemoryBytes = 1024 * 1024;

    private readonly LineBuffer _memory = new(4096);
    private FileStream? _file;

    public long Length => (_file?.Length ?? 0) + _memory.Length;

    /// <exception cref="IOException">No space, or the disk failed.</exception>
    public void Add(ConsoleLine line)
    {
        ConsoleLineText.WriteContent(_memory, line);
        if (_memory.Length < MemoryBytes)
            return;
        _file ??= Open();
        _file.Write(_memory.WrittenSpan);
        _memory.Clear();
    }

    /// <summary>Everything so far, and the lines that may still change behind it.</summary>
    public UploadSource Source(IEnumerable<ConsoleLine> editable)
    {
        var tail = new LineBuffer(4096);
        tail.Append(_memory.WrittenSpan);
        foreach (var line in editable)
            ConsoleLineText.WriteContent(tail, line);
        var bytes = tail.WrittenSpan.ToArray();
        if (_file is not { } file)
            return new UploadSource.Memory(bytes);
        return new UploadSource.Streamed(() => new SpoolStream(file, bytes), file.Length + bytes.Length);
    }

    private FileStream Open()
    {
        var path = Path.Combine(folder(), $"output-{Environment.ProcessId}-{GetHashCode()}.log.tmp");
        var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, 1);
        // DeleteOnClose would leave it behind after a kill.
        File.Delete(path);
        return file;
    }

    public void Dispose() => _file?.Dispose();
}
