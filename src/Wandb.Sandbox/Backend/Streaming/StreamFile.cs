using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Wandb.Sandbox.Backend.Streaming;

/// <summary>What one write did to lines that were there before.</summary>
internal readonly record struct StreamWrite(long SameLines, long DifferentLines);

/// <summary>
/// One file of a run's stream, its lines addressed by number. On disk: NAME, the lines each followed by a line feed in order of
/// arrival, and NAME.index, 16 bytes for each line number: position and length in NAME, both little endian; position -1 is a gap.
/// A line that changes is appended again; files are open only while they are used, so a thousand runs need no handle.
/// </summary>
internal sealed class StreamFile
{
    private const int EntryBytes = 16;
    private const int CopyBytes = 1 << 16;
    private readonly string dataPath;
    private readonly string indexPath;
    private long dataEnd;

    private StreamFile(string path)
    {
        dataPath = path;
        indexPath = path + ".index";
    }

    /// <summary>Line numbers in use, gaps included.</summary>
    public long LineCount { get; private set; }

    /// <summary>Line numbers below <see cref="LineCount"/> that were never written.</summary>
    public long Gaps { get; private set; }

    /// <summary>Opens or makes the file. What a crash left half written becomes a gap or is cut off.</summary>
    /// <param name="path">Path of the text.</param>
    /// <param name="readOnly">Nothing is made or cut off: another process may be writing.</param>
    public static StreamFile Open(string path, bool readOnly)
    {
        var file = new StreamFile(path);
        if (!readOnly)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        else if (!File.Exists(path + ".index"))
        {
            return file;
        }

        using var data = file.OpenData(readOnly ? FileAccess.Read : FileAccess.ReadWrite);
        using var index = file.OpenIndex(readOnly ? FileAccess.Read : FileAccess.ReadWrite);

        // The index first: the text that its entries point to is there by then.
        file.LineCount = RandomAccess.GetLength(index) / EntryBytes;
        file.dataEnd = RandomAccess.GetLength(data);
        if (!readOnly)
        {
            RandomAccess.SetLength(index, file.LineCount * EntryBytes);
        }

        file.Gaps = file.Entries(index, 0, file.LineCount).LongCount(entry => entry.Position < 0);
        return file;
    }

    /// <summary>Puts lines at <paramref name="offset"/>: new ones are appended, known ones compared and replaced, a jump leaves a gap.</summary>
    public StreamWrite Write(long offset, IReadOnlyList<ReadOnlyMemory<byte>> lines)
    {
        using var data = OpenData(FileAccess.ReadWrite);
        using var index = OpenIndex(FileAccess.ReadWrite);
        var known = (int)Math.Clamp(LineCount - offset, 0, lines.Count);
        var write = Rewrite(data, index, offset, lines, known);
        if (known < lines.Count || offset > LineCount)
        {
            Append(data, index, offset + known, lines.Skip(known).ToList());
        }

        return write;
    }

    /// <summary>Lines in order, null for a gap; fewer when the file ends before <paramref name="count"/>.</summary>
    public IEnumerable<byte[]?> Lines(long first, long count)
    {
        if (LineCount == 0)
        {
            yield break;
        }

        using var data = OpenData(FileAccess.Read);
        using var index = OpenIndex(FileAccess.Read);
        foreach (var entry in Entries(index, first, Math.Min(count, LineCount - first)))
        {
            yield return entry.Position < 0 ? null : ReadLine(data, entry);
        }
    }

    /// <summary>The last line, or null when there is none or it is a gap.</summary>
    public byte[]? LastLine() => LineCount == 0 ? null : Lines(LineCount - 1, 1).First();

    private StreamWrite Rewrite(SafeFileHandle data, SafeFileHandle index, long offset, IReadOnlyList<ReadOnlyMemory<byte>> lines, int known)
    {
        long same = 0, different = 0, number = offset;
        foreach (var (entry, line) in Entries(index, offset, known).ToList().Zip(lines))
        {
            if (entry.Position >= 0 && entry.Length == line.Length && ReadLine(data, entry).AsSpan().SequenceEqual(line.Span))
            {
                same++;
            }
            else
            {
                if (entry.Position < 0)
                {
                    Gaps--;
                }
                else
                {
                    different++;
                }

                AppendText(data, [line]);
                RandomAccess.Write(index, EntryOf(dataEnd - line.Length - 1, line.Length), number * EntryBytes);
            }

            number++;
        }

        return new StreamWrite(same, different);
    }

    private void Append(SafeFileHandle data, SafeFileHandle index, long offset, List<ReadOnlyMemory<byte>> lines)
    {
        var missing = offset - LineCount;
        var entries = new byte[checked((int)((missing + lines.Count) * EntryBytes))];
        for (var i = 0; i < missing; i++)
        {
            EntryOf(-1, 0).CopyTo(entries, i * EntryBytes);
        }

        var position = dataEnd;
        for (var i = 0; i < lines.Count; i++)
        {
            EntryOf(position, lines[i].Length).CopyTo(entries, (missing + i) * EntryBytes);
            position += lines[i].Length + 1;
        }

        // Text first: an index entry without its text would be a line of rubbish after a crash.
        AppendText(data, lines);
        RandomAccess.Write(index, entries, LineCount * EntryBytes);
        LineCount = offset + lines.Count;
        Gaps += missing;
    }

    private void AppendText(SafeFileHandle data, IReadOnlyList<ReadOnlyMemory<byte>> lines)
    {
        var text = new byte[lines.Sum(line => line.Length + 1)];
        var end = 0;
        foreach (var line in lines)
        {
            line.Span.CopyTo(text.AsSpan(end));
            end += line.Length;
            text[end++] = (byte)'\n';
        }

        RandomAccess.Write(data, text, dataEnd);
        dataEnd += text.Length;
    }

    private IEnumerable<(long Position, long Length)> Entries(SafeFileHandle index, long first, long count)
    {
        var buffer = new byte[CopyBytes];
        for (var done = 0L; done < count;)
        {
            var wanted = (int)Math.Min(CopyBytes, (count - done) * EntryBytes);
            var read = RandomAccess.Read(index, buffer.AsSpan(0, wanted), (first + done) * EntryBytes);
            if (read < EntryBytes)
            {
                yield break;
            }

            for (var at = 0; at + EntryBytes <= read; at += EntryBytes, done++)
            {
                var position = BinaryPrimitives.ReadInt64LittleEndian(buffer.AsSpan(at));
                var length = BinaryPrimitives.ReadInt64LittleEndian(buffer.AsSpan(at + 8));
                yield return position >= 0 && position + length <= dataEnd ? (position, length) : (-1, 0);
            }
        }
    }

    private static byte[] ReadLine(SafeFileHandle data, (long Position, long Length) entry)
    {
        var line = new byte[entry.Length];
        for (var done = 0; done < line.Length;)
        {
            var read = RandomAccess.Read(data, line.AsSpan(done), entry.Position + done);
            if (read == 0)
            {
                throw new EndOfStreamException("A line of the stream lies beyond the end of its file");
            }

            done += read;
        }

        return line;
    }

    private static byte[] EntryOf(long position, long length)
    {
        var entry = new byte[EntryBytes];
        BinaryPrimitives.WriteInt64LittleEndian(entry, position);
        BinaryPrimitives.WriteInt64LittleEndian(entry.AsSpan(8), length);
        return entry;
    }

    private SafeFileHandle OpenData(FileAccess access) => Open(dataPath, access);

    private SafeFileHandle OpenIndex(FileAccess access) => Open(indexPath, access);

    private static SafeFileHandle Open(string path, FileAccess access) =>
        File.OpenHandle(path, access == FileAccess.Read ? FileMode.Open : FileMode.OpenOrCreate, access, FileShare.ReadWrite);
}
