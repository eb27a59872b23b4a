using System.Text;
using Wandb.Agent.Reporting;
using Xunit;

namespace Wandb.Agent.Tests.Reporting;

public sealed class LineOutputTests
{
    [Fact]
    public void An_output_that_was_closed_before_the_start_ends_the_output_and_nothing_else()
    {
        var writer = new ClosedWriter();
        var output = new LineOutput(writer);
        output.Write("one");
        output.Write("two");
        Assert.Equal(1, writer.Tries);
    }

    /// <summary>What the runtime does for <c>command &gt;&amp;-</c>.</summary>
    private sealed class ClosedWriter : TextWriter
    {
        public int Tries { get; private set; }

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(string? value)
        {
            Tries++;
            throw new UnauthorizedAccessException("Access to the path is denied.");
        }
    }
}
