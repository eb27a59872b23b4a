using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Wandb.Agent.State;
using Xunit;

namespace Wandb.Agent.Tests.State;

public sealed class ConsoleScreenTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1795519139).AddTicks(9374690);

    private readonly ConsoleScreen screen = new(Start);

    [Fact]
    public void Progress_bars_cursor_moves_and_both_streams_give_the_lines_of_the_server()
    {
        Out("start");
        Out("\n");
        for (var i = 0; i <= 100; i += 5)
        {
            Out($"\rprogress {i,3}% [{new string('#', i / 5),-20}]");
        }

        Out("\n");
        Error("warning: something");
        Error("\n");
        Out("line A\nline B\n\nline D after a blank");
        Out("\n");
        Out("no newline ... ");
        Out("joined\n");
        Out("over\rOVER\n");
        Out("up1\nup2\n\e[A\e[Areplaced\e[B\e[B\n");
        Out("\e[31mred\e[0m text\n");
        Error("err 1\nerr 2\rERR two\n");
        Out("tab\there");
        Out(" ");
        Out("long " + new string('x', 300));
        Out("\n");
        Out("last line without end");
        Out("");
        Assert.Equal(
            [
                "  start", "  progress 100% [####################]", "! warning: something", "  line A", "  line B", "  ", "  line D after a blank",
                "  no newline ... joined", "  OVER", "  replaced", "  up2", "  ", "  \e[31mred\e[0m text", "! err 1", "! ERR two",
                "  tab\there long " + new string('x', 300), "  last line without end",
            ],
            Marked());

        // Size and digest of the output.log that the real client uploads for the same text.
        var log = OutputLog();
        Assert.Equal(508, log.Length);
        Assert.Equal("0VaiKGBnv9ynzORHFxe8gQ==", Md5(log));
    }

    [Fact]
    public void Finished_lines_of_a_redirected_console_go_in_as_they_are()
    {
        screen.AppendLines(false, "redirected line 1\nraw fd write\nline after the pause\n"u8, Start);
        screen.AppendLines(true, "err line\n"u8, Start);
        Assert.Equal(["  redirected line 1", "  raw fd write", "  line after the pause", "! err line"], Marked());
        Assert.Equal((61, "RrxuRUUt9fPvlOiGPP2Cvw=="), (OutputLog().Length, Md5(OutputLog())));
    }

    [Fact]
    public void Text_outside_ascii_takes_one_column_per_character()
    {
        Out("console äöü 日本語 😀\n");
        Out("ü😀x\ra\n");
        Assert.Equal(["  console äöü 日本語 😀", "  a😀x"], Marked());
    }

    [Fact]
    public void Second_part_of_a_run_goes_on_behind_the_first()
    {
        var second = new ConsoleScreen(Start, firstNumber: 1);
        second.Write(false, "part 1\n"u8, Start);
        Assert.Equal((1, "part 1"), second.TakeChanges().Changed.Select(line => (line.Number, line.Content)).Single());
        Assert.Equal(2, second.NextNumber);
    }

    [Fact]
    public void Lines_say_stream_time_of_their_record_and_label()
    {
        screen.Write(true, "a"u8, Start.AddTicks(7), "node 1");
        screen.Write(true, "b\n"u8, Start.AddSeconds(5), "node 1");
        screen.AppendLines(false, "log \"x\"\n"u8, time: null);
        var lines = screen.TakeChanges().Changed;
        Assert.Equal("ERROR 2026-11-24T11:18:59.937469 [node 1] ab", Text(ConsoleLineText.WritePlain, lines[0]));
        Assert.Equal("""{"level":"error","ts":"2026-11-24T11:18:59.937469","label":"node 1","content":"ab"}""", Text(ConsoleLineText.WriteStructured, lines[0]));
        Assert.Equal("2026-11-24T11:19:04.937469 log \"x\"", Text(ConsoleLineText.WritePlain, lines[1]));
        Assert.Equal("""{"ts":"2026-11-24T11:19:04.937469","content":"log \"x\""}""", Text(ConsoleLineText.WriteStructured, lines[1]));
    }

    [Fact]
    public void Lines_without_any_time_have_that_of_the_run_start()
    {
        screen.AppendLines(false, "x"u8, time: null);
        Assert.Equal(Start, screen.TakeChanges().Changed.Single().Time);
    }

    [Fact]
    public void Line_gets_its_number_when_its_first_character_is_printed()
    {
        Out("\n\n");
        Assert.Equal(0, screen.NextNumber);
        Error("e");
        Out("o");
        Assert.Equal(["! e", "  ", "  ", "  o"], Marked());
    }

    [Fact]
    public void Only_changed_lines_are_taken()
    {
        Out("a\nb\nc");
        Assert.Equal([0L, 1, 2], Numbers(screen.TakeChanges().Changed));
        Out("\e[A\e[Ax\e[B\e[By");
        Assert.Equal([0L, 2], Numbers(screen.TakeChanges().Changed));
        Out("\rc   ");
        Assert.True(screen.TakeChanges() is { Changed: [{ Content: "c" }] });
        Out("\rc");
        Assert.True(screen.TakeChanges().IsEmpty);
    }

    [Fact]
    public void Blanks_at_the_end_are_dropped_unless_the_line_came_finished()
    {
        Out("  a \t \n   \nb");
        screen.AppendLines(false, "kept  \n"u8, Start);
        Assert.Equal(["    a \t", "  ", "  b", "  kept  "], Marked());
    }

    [Fact]
    public void Rows_are_cut_at_4096_characters()
    {
        Out(new string('x', 5000) + "\ry");
        Assert.Equal("y" + new string('x', 4095), screen.TakeChanges().Changed.Single().Content);
    }

    [Fact]
    public void Cursor_reaches_no_further_up_than_the_window()
    {
        for (var i = 0; i < 40; i++)
        {
            Out($"line {i}\n");
        }

        Out(string.Concat(Enumerable.Repeat("\e[A", 100)) + "X");
        var changed = screen.TakeChanges().Changed;
        Assert.Equal(40, changed.Count);
        Assert.Equal(["line 8", "Xine 9", "line 10"], changed.Skip(8).Take(3).Select(line => line.Content));
    }

    [Fact]
    public void Row_whose_line_left_the_window_swallows_what_is_printed()
    {
        Out("mine");
        for (var i = 0; i < 32; i++)
        {
            Error($"{i}\n");
        }

        screen.TakeChanges();
        Out("\rlost");
        Assert.True(screen.TakeChanges().IsEmpty);
    }

    [Fact]
    public void Finished_lines_come_once_in_order_and_are_counted()
    {
        var finished = new List<ConsoleLine>();
        for (var i = 0; i < 100; i++)
        {
            Out($"ü{i}\n");
            finished.AddRange(i % 7 == 0 ? screen.TakeChanges().Finished : []);
        }

        finished.AddRange(screen.TakeChanges().Finished);
        Assert.Equal(Enumerable.Range(0, 68).Select(i => (long)i), Numbers(finished));
        Assert.Equal(68, screen.FirstEditableNumber);
        Assert.Equal(finished.Sum(ConsoleLineText.ContentBytes), screen.FinishedBytes);
        Assert.Equal(Enumerable.Range(68, 32).Select(i => $"ü{i}"), screen.EditableLines.Select(line => line.Content));
    }

    [Theory]
    [InlineData("\e", "")]
    [InlineData("\e[", "")]
    [InlineData("\e[1A", "\e[1A")]
    [InlineData("\e\e[A", "\e\e[A")]
    [InlineData("a\e\rb", "b\e")]
    public void Unknown_escape_sequences_are_text(string text, string content)
    {
        foreach (var part in text)
        {
            Out($"{part}");
        }

        Assert.Equal(content, string.Concat(screen.TakeChanges().Changed.Select(line => line.Content)));
    }

    [Fact]
    public void No_line_ever_holds_a_line_feed() => Gen.OneOf("\n", "\e", "[", "A", "B", "\r", "x").List[0, 30].Sample(parts =>
    {
        var random = new ConsoleScreen(Start);
        parts.ForEach(part => random.Write(false, Encoding.UTF8.GetBytes(part), Start));
        Assert.DoesNotContain(random.TakeChanges().Changed, line => line.Content.Contains('\n', StringComparison.Ordinal));
    });

    [Fact]
    public void Snapshot_and_restore_anywhere_changes_nothing()
    {
        var part = Gen.OneOf("\n", "\n\n", "\r", "\e", "[", "\e[A", "\e[B", "a", "long text ", "   ", "ä😀", "x\ny\nz\n", new string('\n', 20) + ".");
        var step = Gen.Select(Gen.Int[0, 9], part);
        Gen.Select(step.List[0, 80], Gen.Int[0, 80]).Sample((steps, cut) =>
        {
            var whole = new ConsoleScreen(Start);
            var parted = new ConsoleScreen(Start);
            for (var i = 0; i < steps.Count; i++)
            {
                parted = i == cut ? ConsoleScreen.FromSnapshot(parted.ToSnapshot()) : parted;
                var (kind, text) = steps[i];
                Assert.Equal(Do(whole, kind, text, i), Do(parted, kind, text, i));
            }

            Assert.Equal(Describe(whole.TakeChanges()), Describe(parted.TakeChanges()));
            Assert.Equal(whole.EditableLines, parted.EditableLines);
            Assert.Equal((whole.FinishedBytes, whole.NextNumber), (parted.FinishedBytes, parted.NextNumber));
        });
    }

    private static string Do(ConsoleScreen screen, int kind, string text, int second)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var time = kind % 2 == 0 ? Start.AddSeconds(second) : (DateTimeOffset?)null;
        switch (kind)
        {
            case < 7:
                screen.Write(isError: kind > 4, utf8, time, kind == 3 ? "label" : null);
                return "";
            case 7:
                screen.AppendLines(isError: false, utf8, time);
                return "";
            default:
                return Describe(screen.TakeChanges());
        }
    }

    private static string Describe(ConsoleChanges changes) => $"{string.Join('|', changes.Changed)} / {string.Join('|', changes.Finished)}";

    private void Out(string text) => screen.Write(isError: false, Encoding.UTF8.GetBytes(text), Start);

    private void Error(string text) => screen.Write(isError: true, Encoding.UTF8.GetBytes(text), Start);

    private IEnumerable<string> Marked() => screen.EditableLines.Select(line => (line.IsError ? "! " : "  ") + line.Content);

    private byte[] OutputLog()
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var line in screen.EditableLines)
        {
            ConsoleLineText.WriteContent(output, line);
        }

        return output.WrittenSpan.ToArray();
    }

    private static long[] Numbers(IEnumerable<ConsoleLine> lines) => [.. lines.Select(line => line.Number)];

#pragma warning disable CA5351 // The server names uploaded files by MD5; nothing depends on its strength here.
    private static string Md5(byte[] bytes) => Convert.ToBase64String(MD5.HashData(bytes));
#pragma warning restore CA5351

    private static string Text(Action<IBufferWriter<byte>, ConsoleLine> write, ConsoleLine line)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output, line);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
