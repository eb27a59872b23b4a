using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Wandb.Agent.RunFiles;

/// <summary>Compares what two run files hold, in windows of fixed size; neither is locked or written. What it throws is that a file cannot be read.</summary>
/// <param name="compared">Told after each window how many bytes are behind it.</param>
internal sealed class RunFileComparison(Action<long> compared, CancellationToken ct)
{
    private const int WindowBytes = 4 * RunFileFormat.BlockBytes;
    private const int RecordsBetween = 1024;

    /// <summary>Whether two files have the same bytes before <paramref name="length"/>.</summary>
    /// <param name="from">Before it they are known to be the same.</param>
    /// <returns>False also when one of them is shorter.</returns>
    public bool BeginAlike(string first, string second, long from, long length)
    {
        using var one = Open(first);
        using var two = Open(second);
        var windows = ArrayPool<byte>.Shared.Rent(2 * WindowBytes);
        try
        {
            for (var at = from; at < length;)
            {
                ct.ThrowIfCancellationRequested();
                var bytes = (int)Math.Min(WindowBytes, length - at);
                var ours = windows.AsSpan(0, bytes);
                var theirs = windows.AsSpan(WindowBytes, bytes);
                if (!TryFill(one, ours, at) || !TryFill(two, theirs, at) || !ours.SequenceEqual(theirs))
                    return false;
                compared(at += bytes);
            }
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(windows);
        }
    }

    /// <summary>Whether a file holds every whole record of another one, in their order, byte by byte; what is damaged in either does not count.</summary>
    public bool HoldsRecordsOf(string file, string other)
    {
        // From behind the header: a reader that begins at 0 takes the digest of the file, which nobody needs here.
        using var reader = RunFileReader.Open(file, RunFileFormat.HeaderBytes);
        using var wanted = RunFileReader.Open(other, RunFileFormat.HeaderBytes);
        for (long records = 1; NextRecord(wanted) is var record && record.Kind == RecordReadKind.Record; records++)
        {
            Note(records, wanted);
            if (!Finds(reader, record.Payload))
                return false;
        }
        return true;
    }

    /// <summary>How many whole records a file holds.</summary>
    public long CountRecords(string file)
    {
        using var reader = RunFileReader.Open(file, RunFileFormat.HeaderBytes);
        long records = 0;
        while (NextRecord(reader).Kind == RecordReadKind.Record)
            Note(++records, reader);
        return records;
    }

    private bool Finds(RunFileReader reader, ReadOnlySpan<byte> payload)
    {
        for (long records = 1; NextRecord(reader) is var record && record.Kind == RecordReadKind.Record; records++)
        {
            if (record.Payload.SequenceEqual(payload))
                return true;
            Note(records, reader);
        }
        return false;
    }

    private void Note(long records, RunFileReader reader)
    {
        if (records % RecordsBetween != 0)
            return;
        ct.ThrowIfCancellationRequested();
        compared(reader.ResumeOffset);
    }

    private static RecordReadResult NextRecord(RunFileReader reader)
    {
        while (true)
        {
            var result = reader.Next();
            if (result.Kind != RecordReadKind.Corrupt)
                return result;
        }
    }

    private static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);

    private static bool TryFill(SafeFileHandle file, Span<byte> target, long offset)
    {
        var filled = 0;
        while (filled < target.Length && RandomAccess.Read(file, target[filled..], offset + filled) is > 0 and var read)
            filled += read;
        return filled == target.Length;
    }
}
