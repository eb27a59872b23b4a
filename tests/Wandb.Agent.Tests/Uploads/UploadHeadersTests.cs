using Wandb.Agent.Uploads;
using Xunit;

namespace Wandb.Agent.Tests.Uploads;

public sealed class UploadHeadersTests
{
    [Fact]
    public void Headers_are_split_at_the_first_colon_and_nonsense_is_left_out()
    {
        var headers = UploadHeaders.Parse(["x-ms-blob-type:BlockBlob", "X-Time: 12:30", "nonsense", ":v", "A:b\r\nC:d", "content-length:5"]);
        Assert.Equal([new("x-ms-blob-type", "BlockBlob"), new("X-Time", "12:30")], headers);
    }
}
