namespace Wandb.Agent.RunFiles;

/// <summary>What the first bytes of a file say about it.</summary>
internal enum FileHeaderStatus
{
    Valid,
    Empty,
    TooShort,
    WrongIdent,
    WrongMagic,
    WrongVersion,
}

/// <summary>The 7 bytes at the start of a run file.</summary>
internal static class FileHeader
{
    public static ReadOnlySpan<byte> Bytes => [(byte)':', (byte)'W', (byte)'&', (byte)'B', 0xE1, 0xBE, 0];

    /// <param name="start">The first bytes of the file; shorter than 7 only when the file is.</param>
    public static FileHeaderStatus Check(ReadOnlySpan<byte> start) => start switch
    {
        { IsEmpty: true } => FileHeaderStatus.Empty,
        { Length: < RunFileFormat.HeaderBytes } when Bytes.StartsWith(start) => FileHeaderStatus.TooShort,
        _ when !start.StartsWith(Bytes[..4]) => FileHeaderStatus.WrongIdent,
        _ when !start[4..].StartsWith(Bytes[4..6]) => FileHeaderStatus.WrongMagic,
        _ when start[6] != Bytes[6] => FileHeaderStatus.WrongVersion,
        _ => FileHeaderStatus.Valid,
    };

    /// <summary>One sentence for a person, without the file's name.</summary>
    public static string Describe(FileHeaderStatus status) => status switch
    {
        FileHeaderStatus.Valid => "a W&B run file",
        FileHeaderStatus.Empty => "the file is empty: the SDK has not written its header yet",
        FileHeaderStatus.TooShort => "the file is shorter than the 7 bytes of its header",
        FileHeaderStatus.WrongIdent => "not a W&B run file: it does not begin with \":W&B\"",
        FileHeaderStatus.WrongMagic => "not a W&B run file: the magic number is not 0xBEE1",
        FileHeaderStatus.WrongVersion => "a run file of a format version other than 0, which this agent does not know",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
