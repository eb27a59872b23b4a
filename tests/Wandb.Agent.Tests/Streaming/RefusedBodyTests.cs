using System.Text;
using System.Text.Json;
using Wandb.Agent.Records;
using Wandb.Agent.Streaming;
using Wandb.Agent.Tests.Records;
using Xunit;

namespace Wandb.Agent.Tests.Streaming;

public sealed class RefusedBodyTests
{
    [Fact]
    public void Body_comes_apart_into_its_files_and_its_flags()
    {
        var stream = new StreamState(new ItemPathTable(), new StreamLines(new LineCounter(7, 0, 0), default, default), new BodyPool(StreamFiles.BodyBytes));
        for (var row = 0; row < 3; row++)
            stream.AddRow(ItemBytes.Record(("text", $"\"{row} ü \\\" \\u0001\"")), out _);
        stream.AddConsole(4, "line");
        stream.AddUploaded(["a.txt"]);
        var (pieces, flags) = RefusedBody.TakeApart(stream.Seal("{}"u8, exitCode: 1).WrittenMemory);
        Assert.Equal(
            [(StreamFiles.History, 7, 3), (StreamFiles.Summary, 0, 1), (StreamFiles.Console, 4, 1)],
            pieces.Select(piece => (piece.File, piece.Offset, piece.Lines.Count)));
        Assert.Equal("""{"uploaded":["a.txt"],"complete":true,"exitcode":1}""", Encoding.UTF8.GetString(flags!));
        using var again = JsonDocument.Parse(pieces[0].ToBody());
        var file = again.RootElement.GetProperty("files").GetProperty(StreamFiles.History);
        Assert.Equal(7, file.GetProperty("offset").GetInt64());
        Assert.Equal("""{"text":"2 ü \" \u0001"}""", file.GetProperty("content")[2].GetString());
    }

    [Fact]
    public void Body_without_flags_has_none()
    {
        var (pieces, flags) = RefusedBody.TakeApart("{}"u8.ToArray());
        Assert.Empty(pieces);
        Assert.Null(flags);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(64)]
    public void Halves_hold_every_line_once_at_its_own_offset(int lines)
    {
        var piece = new StreamPiece(StreamFiles.History, 100, [.. Enumerable.Range(0, lines).Select(line => $"\"{line}\"")]);
        var (first, second) = piece.Halves();
        Assert.True(first.Lines.Count > 0 && second.Lines.Count > 0);
        Assert.Equal(piece.Lines, first.Lines.Concat(second.Lines));
        Assert.Equal((100, 100 + first.Lines.Count), (first.Offset, second.Offset));
    }
}
