using Wandb.Agent.Records;
using Wandb.Agent.RunFiles;
using Xunit;

namespace Wandb.Agent.Tests.RunFiles;

/// <summary>Everything that a reader yields for some bytes, and what the ledger makes of it.</summary>
internal sealed class ReadBack
{
    public List<byte[]> Records { get; } = [];

    /// <summary>Numbers of <see cref="Records"/>; 0 for what is no record.</summary>
    public List<long> Nums { get; } = [];

    public List<Damage> Damages { get; } = [];

    public RecordLedger Ledger { get; } = new();

    public static ReadBack Of(ReadOnlySpan<byte> file, bool isEnd = true) => Of(file, new RecordReader(RunFileFormat.HeaderBytes), isEnd);

    public static ReadBack Of(ReadOnlySpan<byte> file, RecordReader reader, bool isEnd = true)
    {
        var back = new ReadBack();
        back.ReadOn(file, reader, isEnd);
        return back;
    }

    /// <param name="where">Told when it is not so.</param>
    public void AssertNums(IEnumerable<long> expected, long where) =>
        Assert.True(expected.SequenceEqual(Nums), $"at {where}: read {string.Join(',', Nums)}");

    /// <summary>Reads on until more is needed. Fails when the reader does not come to an end, or tells of the same bytes twice.</summary>
    public void ReadOn(ReadOnlySpan<byte> file, RecordReader reader, bool isEnd)
    {
        var damagedUpTo = 0L;
        // A result takes at least one byte, but for the start of a record that ends another one without its rest.
        for (var steps = 0; steps <= 2 * file.Length + 2; steps++)
        {
            var before = reader.Offset;
            var result = reader.Read(file, 0, isEnd);
            Assert.True(reader.Offset >= before, "the reader went back");
            switch (result.Kind)
            {
                case RecordReadKind.NeedMoreData:
                    return;
                case RecordReadKind.Corrupt:
                    Assert.True(result.Damage.From >= damagedUpTo && result.Damage.To >= result.Damage.From, "damage is told in order and once");
                    damagedUpTo = result.Damage.To;
                    Damages.Add(result.Damage);
                    Ledger.AddDamage(result.Damage);
                    break;
                default:
                    Add(result.Payload);
                    break;
            }
        }
        Assert.Fail("the reader does not come to an end");
    }

    public void Add(ReadOnlySpan<byte> payload)
    {
        Records.Add(payload.ToArray());
        var isRecord = RecordEnvelope.TryParse(payload, out var record);
        Nums.Add(isRecord ? record.Num : 0);
        if (isRecord)
            Ledger.AddRecord(record.Num, record.Field);
    }
}
