namespace Wandb.Agent.RunFiles;

/// <summary>
/// The container of a W&amp;B run file (<c>run-ID.wandb</c>): a LevelDB log with two differences, the checksum and a header inside the first block.
/// <code>
/// file   := block*                  each 32768 bytes, the last may be short
/// block0 := header chunk* pad       the 7 header bytes count as part of the first block
/// block  := chunk* pad              pad: fewer than 7 bytes, zero
/// header := ":W&amp;B" E1 BE 00         ident, magic 0xBEE1 little endian, version 0
/// chunk  := crc32 length type data  crc32: 4 bytes LE, CRC-32/IEEE over type and data, not masked; length: 2 bytes LE; type: 1 byte
/// record := FULL | FIRST MIDDLE* LAST
/// </code>
/// FIRST may be empty: that happens when exactly 7 bytes are left in a block. A chunk header of zeros marks an area that was never written.
/// Sources: LevelDB doc/log_format.md; wandb/wandb core/pkg/leveldb/record.go; measured in the project's protocol notes.
/// </summary>
internal static class RunFileFormat
{
    public const int BlockBytes = 32768;
    public const int HeaderBytes = 7;
    public const int ChunkHeaderBytes = 7;

    /// <summary>
    /// The largest record that is put together from chunks: the manifest of an artifact may be long. A record over this limit is set aside as lost
    /// rather than kept in memory.
    /// </summary>
    public const int MaxRecordBytes = 64 * 1024 * 1024;

    /// <summary>
    /// The same for every other kind: what comes of it is a line of at most 10 MB, and its values are repeated in no record. Twice that leaves room for names
    /// that the record repeats and the line does not.
    /// </summary>
    public const int MaxLineRecordBytes = 24 * 1024 * 1024;

    /// <summary>Where the block that holds <paramref name="offset"/> ends.</summary>
    public static long BlockEnd(long offset) => (offset / BlockBytes + 1) * BlockBytes;
}
