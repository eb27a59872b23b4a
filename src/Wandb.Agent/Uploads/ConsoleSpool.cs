using Wandb.Agent.RunFiles;
using Wandb.Agent.State;
using Wandb.Agent.Streaming;

namespace Wandb.Agent.Uploads;

/// <summary>
/// Collects the content of <c>output.log</c> while the run file is read: up to 1 MiB in memory, more in a file without a name in the agent's state
/// directory, which the system removes when the agent ends in whatever way. A disk without room costs this file, never the rows. Not thread-safe.
/// </summary>
/// <param name="folders">Where that file may be, the preferred place first.</param>
internal sealed class ConsoleSpool(Func<IEnumerable<string>> folders) : IDisposable
{
    private const int MemoryBytes = 1024 * 1024;

    private readonly LineBuffer _memory = new(4096);
    private FileStream? _file;

    // Of _file; behind it may be a piece that did not fit.
    private long _spilled;

    public long Length => _spilled + _memory.Length;

    /// <summary>Why the content could not be kept, in a few words; null while it is all there.</summary>
    public string? Problem { get; private set; }

    public void Add(ConsoleLine line)
    {
        if (Problem is not null)
            return;
        ConsoleLineText.WriteContent(_memory, line);
        if (_memory.Length >= MemoryBytes)
            Spill();
    }

    /// <summary>Everything so far, and the lines that may still change behind it.</summary>
    /// <returns>Null with a <see cref="Problem"/>.</returns>
    public UploadSource? Source(IEnumerable<ConsoleLine> editable)
    {
        if (Problem is not null)
            return null;
        var tail = new LineBuffer(4096);
        tail.Append(_memory.WrittenSpan);
        foreach (var line in editable)
            ConsoleLineText.WriteContent(tail, line);
        var bytes = tail.WrittenSpan.ToArray();
        if (_file is not { } file)
            return new UploadSource.Memory(bytes);
        var spilled = _spilled;
        return new UploadSource.Streamed(() => new SpoolStream(file, spilled, bytes), spilled + bytes.Length);
    }

    public void Dispose() => _file?.Dispose();

    private void Spill()
    {
        if (_file is { } file && TryWrite(file, _spilled))
            return;
        try
        {
            foreach (var folder in folders())
            {
                if (TryMoveTo(folder))
                    return;
            }
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            Problem = ReadFailure.Describe(exception);
        }
        _memory.Clear();
    }

    /// <summary>Begins with a file in this folder, which gets what was spilled before.</summary>
    private bool TryMoveTo(string folder)
    {
        FileStream? file = null;
        try
        {
            file = Open(folder);
            if (_file is not null)
            {
                using var before = new SpoolStream(_file, _spilled, []);
                before.CopyTo(file);
            }
            if (!TryWrite(file, _spilled))
                return false;
            (_file, file, var old) = (file, null, _file);
            old?.Dispose();
            return true;
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            Problem = ReadFailure.Describe(exception);
            return false;
        }
        finally
        {
            file?.Dispose();
        }
    }

    private bool TryWrite(FileStream file, long position)
    {
        try
        {
            RandomAccess.Write(file.SafeFileHandle, _memory.WrittenSpan, position);
            _spilled = position + _memory.Length;
            _memory.Clear();
            Problem = null;
            return true;
        }
        catch (Exception exception) when (ReadFailure.Is(exception))
        {
            Problem = ReadFailure.Describe(exception);
            return false;
        }
    }

    private FileStream Open(string folder)
    {
        var path = Path.Combine(folder, $"output-{Environment.ProcessId}-{GetHashCode()}.log.tmp");
        var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, 1);
        // DeleteOnClose would leave it behind after a kill.
        File.Delete(path);
        return file;
    }
}
