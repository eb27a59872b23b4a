using Wandb.Agent.Checkpoints;
using Wandb.Agent.RunFiles;
using Xunit;

namespace Wandb.Agent.Tests.Checkpoints;

public sealed class FileProofTests
{
    private static readonly byte[] Start = Bytes(1, RunFileFormat.BlockBytes);

    [Theory]
    [InlineData(7)]
    [InlineData(1000)]
    [InlineData(RunFileFormat.BlockBytes)]
    [InlineData(1_000_000)]
    public void Proof_holds_when_the_file_grows(long readOffset)
    {
        var proof = FileProof.Of(Start.AsSpan(0, (int)Math.Min(readOffset, 20_000)), readOffset);
        Assert.True(proof.Matches(Start));
        Assert.True(proof.Bytes <= readOffset);
    }

    [Fact]
    public void Bytes_behind_the_place_that_was_read_may_still_change()
    {
        var changed = Start.ToArray();
        changed[1000] ^= 1;
        Assert.True(FileProof.Of(Start, 1000).Matches(changed));
        Assert.False(FileProof.Of(Start, 1001).Matches(changed));
    }

    [Fact]
    public void Another_file_or_a_shorter_one_does_not_match()
    {
        var proof = FileProof.Of(Start, 5000);
        Assert.False(proof.Matches(Bytes(2, RunFileFormat.BlockBytes)));
        Assert.False(proof.Matches(Start.AsSpan(0, 4999)));
        Assert.False(proof.Matches([]));
    }

    private static byte[] Bytes(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
