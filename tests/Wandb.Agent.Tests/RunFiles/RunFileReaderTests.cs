using System.Security.Cryptography;
using Wandb.Agent.Records;
using Wandb.Agent.RunFiles;
using Wandb.Agent.Tests.Uploads;
using Xunit;

namespace Wandb.Agent.Tests.RunFiles;

public sealed class RunFileReaderTests : IDisposable
{
    // Records across the ends of blocks and of the 256 KiB window, one of them longer than the window.
    private static readonly NumberedFile Large = NumberedFile.Of(
        [.. Enumerable.Range(0, 800).Select(index => 40 + index * 7919 % 2500), 400_000, .. Enumerable.Repeat(777, 300), 32_768 * 8 - 7]);

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Records_across_windows_are_whole_and_the_digest_is_that_of_the_file()
    {
        var path = folder.Write("run.wandb", Large.Bytes);
        using var reader = RunFileReader.Open(path, 0);
        Assert.Equal(Large.Records.Select(record => record.Content), ReadAll(reader).Records);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Large.Bytes)), reader.DigestOfRead());
        Assert.Equal(Large.Bytes.Length, reader.LengthRead);
        Assert.Equal(reader.DigestOfRead(), RunFileReader.DigestOf(path, Large.Bytes.Length));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Large.Bytes[..1_000_001])), RunFileReader.DigestOf(path, 1_000_001));
    }

    [Fact]
    public void Digest_of_more_than_there_is_fails()
    {
        var path = folder.Write("run.wandb", Large.Bytes[..1000]);
        Assert.Throws<EndOfStreamException>(() => RunFileReader.DigestOf(path, 1001));
    }

    [Fact]
    public void Reader_opened_where_another_stopped_goes_on_with_the_next_record()
    {
        var path = folder.Write("run.wandb", Large.Bytes);
        using var whole = RunFileReader.Open(path, 0);
        for (var index = 0; index < Large.Records.Count; index++)
        {
            Assert.Equal(RecordReadKind.Record, whole.Next().Kind);
            Assert.Equal(Large.Records[index].Start, whole.RecordStart);
            if (index % 97 != 0)
                continue;
            using var later = RunFileReader.Open(path, whole.ResumeOffset);
            Assert.Equal(Large.Records.Skip(index + 1).Select(record => record.Num), ReadAll(later).Nums);
            Assert.Null(later.DigestOfRead());
            Assert.Equal(Large.Bytes.Length, later.LengthRead);
        }
    }

    [Fact]
    public void File_that_grows_while_it_is_read_is_read_to_its_new_end()
    {
        var cut = (int)Large.Records[500].Start + 11;
        var path = folder.Write("run.wandb", Large.Bytes[..cut]);
        using var reader = RunFileReader.Open(path, 0);
        Assert.Equal(RecordReadKind.Record, reader.Next().Kind);
        using (var writer = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
            writer.Write(Large.Bytes.AsSpan(cut));
        Assert.Equal(Large.Records.Skip(1).Select(record => record.Num), ReadAll(reader).Nums);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Large.Bytes)), reader.DigestOfRead());
    }

    /// <summary>What there is is uploaded, and the rest comes with a later sync.</summary>
    [Fact]
    public void File_that_grew_after_it_was_read_loses_no_record_to_the_place_where_it_was_cut()
    {
        foreach (var cut in (int[])[32_768, 3 * 32_768, 5 * 32_768 + 1000, (int)Large.Records[800].Start + 200_000])
        {
            var path = folder.Write("run.wandb", Large.Bytes[..cut]);
            var ledger = new RecordLedger();
            using var first = RunFileReader.Open(path, 0);
            ReadInto(ledger, first);
            Assert.Equal(DamageReason.CutOff, ledger.Tail?.Reason);
            File.WriteAllBytes(path, Large.Bytes);
            using var second = RunFileReader.Open(path, first.ResumeOffset);
            ledger = RecordLedger.Restore(ledger.Snapshot(), first.ResumeOffset);
            ReadInto(ledger, second);
            Assert.Equal((Large.Records.Count, 0, 0), (ledger.Records, ledger.LostCount, ledger.DamagedBytes));
        }
    }

    [Fact]
    public void Nothing_but_the_header_holds_no_record()
    {
        using var reader = RunFileReader.Open(folder.Write("run.wandb", FileHeader.Bytes.ToArray()), 0);
        Assert.Equal(RecordReadKind.NeedMoreData, reader.Next().Kind);
        Assert.Equal(7, reader.LengthRead);
        Assert.Equal(7, reader.ResumeOffset);
    }

    [Fact]
    public void Followed_file_is_read_as_it_grows_and_its_short_tail_is_never_judged()
    {
        var path = folder.Write("run.wandb", []);
        using var writer = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 1);
        using var reader = RunFileReader.Open(path, 0, follow: true);
        var random = new Random(7);
        var read = new List<long>();
        for (var written = 0; written < Large.Bytes.Length;)
        {
            // Pieces of some bytes and of some blocks: records, chunk headers and blocks are cut anywhere.
            var piece = Math.Min(random.Next(1, random.Next(2) == 0 ? 300 : 100_000), Large.Bytes.Length - written);
            writer.Write(Large.Bytes.AsSpan(written, piece));
            written += piece;
            read.AddRange(ReadAll(reader).Nums);
            Assert.Equal(Large.Records.Count(record => record.End <= written), read.Count);
            Assert.Equal(RecordReadKind.NeedMoreData, reader.Next().Kind);
        }
        reader.EndFollowing();
        Assert.Equal(RecordReadKind.NeedMoreData, reader.Next().Kind);
        Assert.Equal(Large.Records.Select(record => record.Num), read);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Large.Bytes)), reader.DigestOfRead());
    }

    [Fact]
    public void Tail_of_a_followed_file_is_judged_when_its_end_is_told()
    {
        var cut = (int)Large.Records[10].Start + 20;
        using var reader = RunFileReader.Open(folder.Write("run.wandb", Large.Bytes[..cut]), 0, follow: true);
        Assert.Equal(10, ReadAll(reader).Nums.Count);
        Assert.Equal(RecordReadKind.NeedMoreData, reader.Next().Kind);
        reader.EndFollowing();
        Assert.Equal(DamageReason.CutOff, reader.Next().Damage.Reason);
        Assert.Equal(Large.Records[10].Start, reader.ResumeOffset);
    }

    [Fact]
    public void Damage_in_the_unfinished_block_of_a_followed_file_waits_for_the_block()
    {
        var bytes = Large.Bytes[..(3 * RunFileFormat.BlockBytes)];
        bytes[2 * RunFileFormat.BlockBytes + 2000] ^= 1;
        var path = folder.Write("run.wandb", bytes[..(2 * RunFileFormat.BlockBytes + 20_000)]);
        using var reader = RunFileReader.Open(path, 0, follow: true);
        ReadAll(reader);
        Assert.Equal(RecordReadKind.NeedMoreData, reader.Next().Kind);
        Assert.NotNull(reader.DoubtAt);
        File.WriteAllBytes(path, bytes);
        Assert.Equal(RecordReadKind.NeedMoreData, reader.Next().Kind);
        Assert.NotNull(reader.DoubtAt);
        reader.Judge();
        Assert.Equal(DamageReason.Checksum, reader.Next().Damage.Reason);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 9)]
    [InlineData(20, 2)]
    [InlineData(30, 100)]
    public void Bytes_of_a_followed_file_that_come_after_its_length_are_read_when_they_are_there(int firstBlock, int blocks)
    {
        var bytes = Large.Bytes.ToArray();
        var from = firstBlock * RunFileFormat.BlockBytes;
        bytes.AsSpan(from, Math.Min(blocks * RunFileFormat.BlockBytes, bytes.Length - from)).Clear();
        var path = folder.Write("run.wandb", bytes);
        using var reader = RunFileReader.Open(path, 0, follow: true);
        var records = ReadAll(reader).Records;
        Assert.NotNull(reader.DoubtAt);
        File.WriteAllBytes(path, Large.Bytes);
        records.AddRange(ReadAll(reader).Records);
        Assert.Equal(Large.Records.Count, records.Count);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Large.Bytes)), reader.DigestOfRead());
    }

    [Fact]
    public void Growth_truncation_replacement_and_deletion_of_a_followed_file_are_told_apart()
    {
        var path = folder.Write("run.wandb", Large.Bytes[..50_000]);
        using var reader = RunFileReader.Open(path, 0, follow: true);
        ReadAll(reader);
        Assert.Equal(FileGrowth.Unchanged, reader.LookAt(path));
        File.WriteAllBytes(path, Large.Bytes[..60_000]);
        Assert.Equal(FileGrowth.Grown, reader.LookAt(path));
        File.WriteAllBytes(path, Large.Bytes[..40_000]);
        Assert.Equal(FileGrowth.AnotherFile, reader.LookAt(path));
        File.WriteAllBytes(path, Large.Bytes[..60_000]);
        ReadAll(reader);
        var other = folder.Write("other.wandb", Large.Bytes[..70_000]);
        File.Move(other, path, overwrite: true);
        Assert.Equal(FileGrowth.AnotherFile, reader.LookAt(path));
        File.Delete(path);
        Assert.Equal(FileGrowth.AnotherFile, reader.LookAt(path));
    }

    public void Dispose() => folder.Dispose();

    private static ReadBack ReadAll(RunFileReader reader)
    {
        var back = new ReadBack();
        while (true)
        {
            var result = reader.Next();
            if (result.Kind == RecordReadKind.NeedMoreData)
                return back;
            Assert.Equal(RecordReadKind.Record, result.Kind);
            back.Add(result.Payload);
        }
    }

    private static void ReadInto(RecordLedger ledger, RunFileReader reader)
    {
        while (true)
        {
            var result = reader.Next();
            if (result.Kind == RecordReadKind.NeedMoreData)
                return;
            if (result.Kind == RecordReadKind.Corrupt)
                ledger.AddDamage(result.Damage);
            else if (RecordEnvelope.TryParse(result.Payload, out var record))
                ledger.AddRecord(record.Num, record.Field);
        }
    }
}
