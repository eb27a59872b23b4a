using Wandb.Agent.Records;
using Wandb.Agent.RunFiles;
using Xunit;

namespace Wandb.Agent.Tests.Records;

public sealed class RecordLedgerTests
{
    private const int History = 2;

    private readonly RecordLedger ledger = new();

    /// <summary>What is gone is said exactly.</summary>
    [Fact]
    public void Gap_behind_damage_is_told_with_its_numbers_its_block_and_the_reason()
    {
        Add(1, 411);
        ledger.AddDamage(new Damage(13 * 32768L + 100, 14 * 32768L, DamageReason.Checksum));
        Add(419, 500);
        var lost = Assert.Single(ledger.Lost);
        Assert.Equal("records 412-418 lost in block 13 (checksum)", lost.ToString());
        Assert.Equal((7, 7L, 493L), (lost.Count, ledger.LostCount, ledger.Records));
        Assert.Null(ledger.Tail);
    }

    [Fact]
    public void Pieces_of_damage_without_a_record_between_them_are_one_loss()
    {
        Add(1, 1);
        ledger.AddDamage(new Damage(30_000, 32_768, DamageReason.ZeroedArea));
        ledger.AddDamage(new Damage(32_768, 40_000, DamageReason.RecordWithoutStart));
        Add(5, 5);
        Assert.Equal("records 2-4 lost in blocks 0-1 (area of zeros)", Assert.Single(ledger.Lost).ToString());
        Assert.Equal(10_000, ledger.DamagedBytes);
    }

    [Fact]
    public void Missing_numbers_between_sound_records_were_never_written()
    {
        Add(1, 3);
        Add(5, 5);
        Assert.Equal("record 4 lost (never written)", Assert.Single(ledger.Lost).ToString());
    }

    [Fact]
    public void Missing_numbers_at_the_start_count()
    {
        Add(3, 3);
        Assert.Equal("records 1-2 lost (never written)", Assert.Single(ledger.Lost).ToString());
    }

    [Fact]
    public void Damage_that_cost_no_record_is_no_loss()
    {
        Add(1, 2);
        ledger.AddDamage(new Damage(100, 200, DamageReason.Checksum));
        Add(3, 4);
        Assert.Empty(ledger.Lost);
        Assert.Equal((0, 100), (ledger.LostCount, ledger.DamagedBytes));
    }

    [Fact]
    public void Numbers_that_come_again_or_are_missing_tell_nothing_about_others()
    {
        Add(1, 5);
        Add(3, 3);
        Add(0, 0);
        Add(6, 6);
        Assert.Empty(ledger.Lost);
        Assert.Equal((8, 7), (ledger.Records, ledger.NextNum));
    }

    [Fact]
    public void Unknown_kinds_are_counted_under_their_field_number()
    {
        ledger.AddRecord(1, 17);
        ledger.AddRecord(2, 28);
        ledger.AddRecord(3, 5000);
        ledger.AddRecord(4, 5000);
        ledger.AddRecord(5, 13);
        ledger.AddRecord(6, 0);
        Assert.Equal(
            ["none=1", "output_raw=1", "run=1", "unknown-28=1", "unknown-5000=2"],
            ledger.Counts().Select(kind => $"{kind.Key}={kind.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Unreadable_content_is_lost_by_its_number()
    {
        Add(1, 4);
        ledger.AddUnreadable(4, 700, 800);
        Assert.Equal("record 4 lost in block 0 (set aside for its content)", Assert.Single(ledger.Lost).ToString());
        Assert.Equal(1, ledger.LostCount);
    }

    [Fact]
    public void Only_so_many_ranges_are_named_but_all_are_counted()
    {
        for (var num = 2; num <= 2 * (RecordLedger.MaxLostListed + 50); num += 2)
            Add(num, num);
        Assert.Equal((RecordLedger.MaxLostListed, RecordLedger.MaxLostListed + 50), (ledger.Lost.Count, ledger.LostCount));
    }

    [Fact]
    public void Ledger_restored_at_any_record_ends_like_one_that_was_never_stored()
    {
        (Damage? Damage, long Num)[] events =
        [
            (null, 1), (null, 2), (new Damage(100, 200, DamageReason.Checksum), 0), (null, 5), (new Damage(300, 310, DamageReason.ZeroedArea), 0),
            (new Damage(310, 400, DamageReason.UnknownChunkType), 0), (null, 9), (null, 9), (new Damage(500, 600, DamageReason.CutOff), 0),
        ];
        foreach (var (damage, num) in events)
            Apply(ledger, damage, num);
        for (var cut = 0; cut <= events.Length; cut++)
        {
            var part = new RecordLedger();
            foreach (var (damage, num) in events.Take(cut))
                Apply(part, damage, num);
            part = RecordLedger.Restore(part.Snapshot(), offset: long.MaxValue);
            foreach (var (damage, num) in events.Skip(cut))
                Apply(part, damage, num);
            Assert.Equivalent(ledger.Snapshot(), part.Snapshot(), strict: true);
        }
    }

    [Fact]
    public void Tail_that_is_read_again_is_not_counted_twice()
    {
        Add(1, 3);
        ledger.AddDamage(new Damage(400, 500, DamageReason.Checksum));
        ledger.AddDamage(new Damage(500, 900, DamageReason.CutOff));
        var restored = RecordLedger.Restore(ledger.Snapshot(), offset: 500);
        Assert.Equal(100, restored.DamagedBytes);
        Assert.Equal(new Damage(400, 500, DamageReason.Checksum), restored.Tail);
        restored.AddRecord(4, History);
        Assert.Equal((0, 100), (restored.LostCount, restored.DamagedBytes));
    }

    private static void Apply(RecordLedger ledger, Damage? damage, long num)
    {
        if (damage is { } bytes)
            ledger.AddDamage(bytes);
        else
            ledger.AddRecord(num, History);
    }

    private void Add(long first, long last)
    {
        for (var num = first; num <= last; num++)
            ledger.AddRecord(num, History);
    }
}
