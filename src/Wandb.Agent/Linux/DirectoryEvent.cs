using System.Buffers.Binary;
using System.Text;

namespace Wandb.Agent.Linux;

/// <summary>One struct inotify_event of Linux (inotify(7)): watch, mask, cookie and length of 4 bytes each, then the name, filled up with zeros.</summary>
/// <param name="Watch">Of the directory.</param>
/// <param name="Mask">What happened.</param>
/// <param name="Name">In the directory; empty: the directory itself.</param>
internal readonly record struct DirectoryEvent(int Watch, uint Mask, string Name)
{
    /// <summary>Something was made here, or moved here.</summary>
    public const uint Appeared = 0x100 | 0x80;

    /// <summary>Something was removed here, or moved away.</summary>
    public const uint Went = 0x200 | 0x40;

    /// <summary>The watch is no more.</summary>
    public const uint Ignored = 0x8000;

    /// <summary>Of a watch: only directories.</summary>
    public const uint OnlyDirectories = 0x1000000;

    /// <summary>Of a watch: a link is not followed, and refused where only directories are wanted.</summary>
    public const uint NotThroughLinks = 0x2000000;

    /// <summary>Of the inotify instance: not for programs that this one starts.</summary>
    public const int CloseOnExec = 0x80000;

    private const uint DirectoryBit = 0x40000000;
    private const int HeadBytes = 16;

    public bool IsDirectory => (Mask & DirectoryBit) != 0;

    /// <param name="bytes">What one read gave: whole events.</param>
    public static IEnumerable<DirectoryEvent> In(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length >= HeadBytes)
        {
            var name = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span[12..]);
            var text = bytes.Slice(HeadBytes, name);
            var end = text.Span.IndexOf((byte)0);
            yield return new DirectoryEvent(
                BinaryPrimitives.ReadInt32LittleEndian(bytes.Span),
                BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[4..]),
                Encoding.UTF8.GetString(end < 0 ? text.Span : text.Span[..end]));
            bytes = bytes[(HeadBytes + name)..];
        }
    }
}
