using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Watching;

public sealed class ListPageReaderTests : IDisposable
{
    private const string Page = """
        {"kind":"PodList","future":{"items":[1,{"metadata":2}]},"metadata":{"resourceVersion":"70","continue":"p2","x":{"y":[]}},"items":[
          {"metadata":{"name":"a","namespace":"n","resourceVersion":"1"},"keep":"A{[\"","list":[1,[2,{"x":null}]]},
          {"metadata":{"name":"b","namespace":"n","resourceVersion":"2"}},
          {"keep":"C","metadata":{"name":"c","resourceVersion":"3"}}
        ],"more":true}
        """;

    private readonly MetricLog _metrics = new();

    public void Dispose() => _metrics.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(10_000)]
    public async Task However_the_bytes_come_the_page_is_the_same(int bytesAtOnce)
    {
        var page = await ReadAsync(Page, bytesAtOnce: bytesAtOnce);

        Assert.Equal(("70", "p2"), (page.ResourceVersion, page.Continue));
        Assert.Equal([new(new("n", "a"), "1", "A{[\""), new CachedObject<string>(new("", "c"), "3", "C")], page.Objects);
    }

    [Theory]
    [InlineData("""{"metadata":{"resourceVersion":"1"},"items":null}""")]
    [InlineData("""{"items":[],"metadata":{"resourceVersion":"1","continue":""}}""")]
    public async Task An_empty_list_is_a_last_page(string text)
    {
        var page = await ReadAsync(text);

        Assert.Empty(page.Objects);
        Assert.Null(page.Continue);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("<html>")]
    [InlineData("""{"items":[]}""")]
    [InlineData("""{"metadata":{"resourceVersion":"1"}}""")]
    [InlineData("""{"metadata":{"resourceVersion":"1"},"items":{}}""")]
    [InlineData("""{"metadata":{"resourceVersion":"1"},"items":[1]}""")]
    [InlineData("""{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"a"}}]}""")]
    [InlineData("""{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"a","resourceVersion":"1"}}""")]
    [InlineData("""{"metadata":{"resourceVersion":"1"},"items":[]""")]
    public async Task What_is_no_list_is_never_an_empty_one(string text) => await Assert.ThrowsAnyAsync<JsonException>(() => ReadAsync(text));

    [Fact]
    public async Task An_object_that_cannot_be_reduced_is_left_out_and_counted()
    {
        var page = await ReadAsync("""
            {"metadata":{"resourceVersion":"1"},"items":[
              {"metadata":{"name":"bad","resourceVersion":"1"},"keep":[]},{"metadata":{"name":"good","resourceVersion":"1"},"keep":"G"}]}
            """);

        Assert.Equal("good", Assert.Single(page.Objects).Key.Name);
        Assert.Equal(["wandb.operator.watch.unreadable 1 wandb.resource=things"], _metrics.Lines);
    }

    [Fact]
    public async Task An_object_over_the_limit_is_refused()
    {
        var keep = new string('x', 2000);
        var text = $$$"""{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"a","resourceVersion":"1"},"keep":"{{{keep}}}"}]}""";

        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(text, maxObjectBytes: 1000, bytesAtOnce: 100));
    }

    private async Task<WatchEvent<string>.Page> ReadAsync(string text, int maxObjectBytes = 1 << 20, int bytesAtOnce = int.MaxValue)
    {
        var resource = new WatchedResource<string>
        {
            Name = "things",
            Path = "/x",
            Read = element => element.TryGetProperty("keep", out var keep) ? keep.GetString() : null,
        };
        var objects = new ObjectReader<string>(resource, _metrics.Metrics, NullLogger.Instance);
        var bytes = new Trickle(Encoding.UTF8.GetBytes(text), bytesAtOnce);
        var pipe = PipeReader.Create(bytes, new StreamPipeReaderOptions(bufferSize: 64, minimumReadSize: 1));
        return await new ListPageReader<string>(objects, maxObjectBytes).ReadAsync(pipe, TestContext.Current.CancellationToken);
    }

    private sealed class Trickle(byte[] bytes, int bytesAtOnce) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, bytesAtOnce)], cancellationToken);
    }
}
