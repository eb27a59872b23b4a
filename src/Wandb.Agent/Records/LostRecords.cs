using System.Globalization;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Records;

/// <summary>Records that the file once held and that cannot be read: their numbers, and the bytes where they stood.</summary>
/// <param name="First">Number of the first lost record, from 1.</param>
/// <param name="Last">Number of the last one.</param>
/// <param name="FromByte">Where the damage begins in the file; -1 when the bytes around are sound.</param>
/// <param name="ToByte">Where it ends (exclusive).</param>
internal sealed record LostRecords(long First, long Last, long FromByte, long ToByte, DamageReason Reason)
{
    public long Count => Last - First + 1;

    /// <summary>For a person: <c>records 412-418 lost in block 13 (checksum)</c>.</summary>
    public override string ToString()
    {
        var records = First == Last
            ? string.Create(CultureInfo.InvariantCulture, $"record {First} lost")
            : string.Create(CultureInfo.InvariantCulture, $"records {First}-{Last} lost");
        if (FromByte < 0)
            return $"{records} ({Damage.Describe(Reason)})";
        var (first, last) = (FromByte / RunFileFormat.BlockBytes, Math.Max(FromByte, ToByte - 1) / RunFileFormat.BlockBytes);
        var blocks = first == last
            ? string.Create(CultureInfo.InvariantCulture, $"block {first}")
            : string.Create(CultureInfo.InvariantCulture, $"blocks {first}-{last}");
        return $"{records} in {blocks} ({Damage.Describe(Reason)})";
    }
}
