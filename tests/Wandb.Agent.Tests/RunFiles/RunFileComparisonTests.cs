using Wandb.Agent.RunFiles;
using Wandb.Agent.Tests.Inspection;
using Wandb.Agent.Tests.Uploads;
using Xunit;

namespace Wandb.Agent.Tests.RunFiles;

public sealed class RunFileComparisonTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly RunFileComparison comparison = new(static _ => { }, TestContext.Current.CancellationToken);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0, 200_000, 200_000, true)]
    [InlineData(0, 200_000, 199_999, true)]
    [InlineData(0, 300_000, 300_000, false)]
    [InlineData(250_000, 300_000, 300_000, true)]
    // Longer than one of them.
    [InlineData(250_000, 300_001, 300_000, false)]
    public void Bytes_are_compared_over_several_windows(long from, long length, int bytes, bool isAlike)
    {
        var first = new byte[bytes];
        var second = new byte[300_000];
        second[249_999] = 1;

        Assert.Equal(isAlike && length <= bytes, comparison.BeginAlike(folder.Write("a", first), folder.Write("b", second), from, length));
    }

    [Fact]
    public void Damage_costs_a_file_the_records_that_it_held()
    {
        var sound = File(1, 2, 3, 4);
        var damaged = sound.ToArray();
        // In the data of the second record: the one behind it is found.
        damaged[File(1).Length + 12] ^= 1;
        var (ofSound, ofDamaged) = (folder.Write("sound", sound), folder.Write("damaged", damaged));

        Assert.True(comparison.HoldsRecordsOf(ofSound, ofDamaged));
        Assert.False(comparison.HoldsRecordsOf(ofDamaged, ofSound));
        Assert.Equal((4, 3), (comparison.CountRecords(ofSound), comparison.CountRecords(ofDamaged)));
    }

    [Fact]
    public void Files_hold_each_others_records_when_only_damaged_bytes_differ()
    {
        var (ofSound, ofTorn) = (folder.Write("sound", File(1, 2)), folder.Write("torn", [.. File(1, 2), 7, 7, 7]));

        Assert.True(comparison.HoldsRecordsOf(ofSound, ofTorn));
        Assert.True(comparison.HoldsRecordsOf(ofTorn, ofSound));
    }

    [Fact]
    public void Order_matters() =>
        Assert.False(comparison.HoldsRecordsOf(folder.Write("a", File(1, 2, 3)), folder.Write("b", File(1, 3, 2))));

    private static byte[] File(params int[] numbers) =>
        WrittenRecords.File([.. numbers.Select(number => WrittenRecords.History(number, ("loss", $"{number}.25")))]);
}
