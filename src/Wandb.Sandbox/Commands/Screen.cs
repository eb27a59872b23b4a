using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace Wandb.Sandbox.Commands;

/// <summary>What commands write to.</summary>
internal static class Screen
{
    // In a pipe nobody scrolls sideways: a table may be as wide as it needs.
    private const int PipeWidth = 240;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static IAnsiConsole Open(TextWriter output)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = PipeWidth;
        }

        return console;
    }

    /// <param name="table">From the width of the screen.</param>
    public static void WriteTable(TextWriter output, Func<int, Table> table)
    {
        var console = Open(output);
        console.Write(table(console.Profile.Width));
    }

    public static void WriteJson<T>(TextWriter output, T value) => output.WriteLine(JsonSerializer.Serialize(value, Json));

    /// <summary>Text of a run, harmless for a terminal: colour codes and the like are shown, not carried out.</summary>
    public static string Printable(string text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            // U+2400 onwards: the pictures of the control characters.
            shown.Append(c < ' ' ? (char)(0x2400 + c) : c == 0x7f ? '\u2421' : char.IsControl(c) ? '\ufffd' : c);
        }

        return shown.ToString();
    }

    /// <summary>Ends when Ctrl-C or SIGTERM cancels the token.</summary>
    public static async Task UntilCancelledAsync(CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource();
        await using var registration = cancellationToken.Register(stopped.SetResult);
        await stopped.Task;
    }
}
