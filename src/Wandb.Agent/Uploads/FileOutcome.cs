using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Uploads;

/// <summary>How the upload of one file of a run ended. Only Uploaded and Unchanged mean that the server has it.</summary>
internal abstract record FileOutcome
{
    private FileOutcome(string name) => Name = name;

    internal string Name { get; }

    /// <param name="Md5">Base64 MD5 of the stored bytes.</param>
    /// <param name="Status">The storage's answer.</param>
    internal sealed record Uploaded(string File, long SizeBytes, string Md5, int Status) : FileOutcome(File)
    {
        /// <summary>Before it was read; null when a later write could have the same one.</summary>
        internal FileStamp? Stamp { get; init; }
    }

    /// <summary>The server has this content from an earlier upload.</summary>
    internal sealed record Unchanged(string File, long SizeBytes, string Md5) : FileOutcome(File)
    {
        /// <inheritdoc cref="Uploaded.Stamp"/>
        internal FileStamp? Stamp { get; init; }
    }

    /// <summary>Not there, or a link to something that is not there.</summary>
    /// <param name="LocalPath">Where it was looked for.</param>
    internal sealed record Missing(string File, string LocalPath) : FileOutcome(File);

    internal sealed record Unreadable(string File, string Reason) : FileOutcome(File);

    /// <summary>It changed on every try, so that no state of it could be stored.</summary>
    internal sealed record Unstable(string File, int Tries) : FileOutcome(File);

    internal sealed record Refused(string File, int? Status, string Message) : FileOutcome(File);

    internal sealed record GaveUp(string File, string LastReason) : FileOutcome(File);
}
