using System.Diagnostics;
using System.Globalization;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Receipts;
using Wandb.Agent.Uploads;

namespace Wandb.Agent.Verification;

/// <summary>Compares one file of a run with the server's: by the local file where there is one, and by the receipt, which tells what was sent.</summary>
/// <param name="File">Which file.</param>
/// <param name="Local">What is on this machine now; null for a file that a sync makes from the records.</param>
/// <param name="Stored">Null when the server has no such file.</param>
/// <param name="OthersWrote">Whether the server knows writers of the run whose files were not given.</param>
internal sealed record FileVerification(NamedFile File, DigestOutcome? Local, StoredRunFile? Stored, bool OthersWrote)
{
    public Finding Finding() => Stored switch
    {
        null => NotThere(),
        { Md5: { } md5 } => WithDigest(Stored, md5),
        _ => WithoutDigest(Stored),
    };

    private Finding NotThere() => this switch
    {
        { File.WasGone: true } => Say(FindingVerdict.NotChecked, "was gone before the sync, as its receipt says, and is not on the server"),
        { File: { IsGenerated: true, Receipt: null }, OthersWrote: true } =>
            Say(FindingVerdict.NotChecked, "not on the server; another part of the run may hold it, and without a receipt that cannot be told"),
        { Local: DigestOutcome.Known known } => Say(FindingVerdict.Missing, $"not on the server; here it has {Bytes(known.LengthBytes)}"),
        { Local: DigestOutcome.Missing } => Say(FindingVerdict.Missing, "not on the server, and gone on this machine as well"),
        { File.Receipt: { } receipt } => Say(FindingVerdict.Missing, $"not on the server any more; the sync sent {Bytes(receipt.SizeBytes)}"),
        _ => Say(FindingVerdict.Missing, "not on the server"),
    };

    private Finding WithDigest(StoredRunFile stored, string md5)
    {
        var sent = File.Receipt is { } receipt && receipt.Md5 == md5;
        switch (Local)
        {
            case DigestOutcome.Known known when known.Md5 == md5:
                return Say(FindingVerdict.Same, Bytes(known.LengthBytes));
            case DigestOutcome.Known known when sent:
                return Say(FindingVerdict.Same, $"on the server as it was sent ({Size(stored)}); the local file has changed since ({Bytes(known.LengthBytes)})") with { IsChangedHere = true };
            case DigestOutcome.Missing or DigestOutcome.Unreadable when sent:
                return Say(FindingVerdict.Same, $"on the server as it was sent ({Size(stored)}); the local file {Gone(Local)}") with { IsChangedHere = true };
            case null when sent:
                return Say(FindingVerdict.Same, Size(stored));
            case DigestOutcome.Known known:
                return Say(FindingVerdict.Differs, $"other content on the server: {Size(stored)}, MD5 {md5}; here {Bytes(known.LengthBytes)}, MD5 {known.Md5}");
        }
        if (File.Receipt is not { } other)
            return Say(FindingVerdict.NotChecked, $"on the server ({Size(stored)}), but there is nothing to compare it with: {(Local is null ? "a sync makes it, and there is no receipt" : $"the local file {Gone(Local)}")}");
        return File.IsGenerated && OthersWrote
            ? Say(FindingVerdict.NotChecked, $"another part of the run has written it since: {Size(stored)} there, {Bytes(other.SizeBytes)} sent by the sync")
            : Say(FindingVerdict.Differs, $"other content on the server: {Size(stored)}, MD5 {md5}; the sync sent {Bytes(other.SizeBytes)}, MD5 {other.Md5}");
    }

    private Finding WithoutDigest(StoredRunFile stored)
    {
        var here = Local is DigestOutcome.Known known ? known.LengthBytes : File.Receipt?.SizeBytes;
        if (here is { } size && stored.SizeBytes is { } there && there != size && there != File.Receipt?.SizeBytes)
            return Say(FindingVerdict.Differs, $"{Bytes(there)} on the server, {Bytes(size)} here");
        return Say(FindingVerdict.NotChecked, $"on the server ({Size(stored)}), which does not tell its digest");
    }

    private static string Gone(DigestOutcome? local) => local switch
    {
        DigestOutcome.Missing => "is gone",
        DigestOutcome.Unreadable unreadable => $"cannot be read ({unreadable.Reason})",
        _ => throw new UnreachableException(),
    };

    private static string Size(StoredRunFile stored) => stored.SizeBytes is { } size ? Bytes(size) : "size unknown";

    // To the byte: two files that differ often have nearly the same size.
    private static string Bytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} byte{(bytes == 1 ? "" : "s")}");

    private Finding Say(FindingVerdict verdict, string text) => new($"file {File.Name}", verdict, text);
}

/// <summary>A file that the server must have for a run to be wholly there.</summary>
/// <param name="Name">Below the run's files folder, with slashes.</param>
/// <param name="LocalPath">Null for a file that a sync makes from the records.</param>
/// <param name="Receipt">What the last sync sent; null when there is no receipt or it does not name the file.</param>
/// <param name="WasGone">The receipt says that the file was not on the machine, and that this was accepted.</param>
internal sealed record NamedFile(string Name, string? LocalPath, ReceiptFile? Receipt, bool WasGone)
{
    public bool IsGenerated => LocalPath is null;
}
