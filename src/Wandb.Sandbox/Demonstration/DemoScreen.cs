using Wandb.Sandbox.Commands;

namespace Wandb.Sandbox.Demonstration;

/// <summary>What the demonstration tells a person: lines that stay, and on a terminal one last line that changes.</summary>
/// <param name="isSilent">Nothing is told: the output is for a program.</param>
internal sealed class DemoScreen(TextWriter writer, bool isSilent)
{
    private const string ClearLine = "\r\u001b[2K";

    private readonly bool isTerminal = !isSilent && Screen.Open(writer).Profile.Capabilities.Ansi && Screen.Open(writer).Profile.Out.IsTerminal;
    private bool hasProgress;

    public async Task TellAsync(string line)
    {
        if (isSilent)
            return;
        await HideProgressAsync();
        await writer.WriteLineAsync(line);
    }

    public async Task ChapterAsync(string title)
    {
        await TellAsync("");
        await TellAsync($"== {title}");
    }

    /// <summary>Stands below the lines until the next call of either method; in a pipe it is left out.</summary>
    public async Task ShowProgressAsync(string text)
    {
        if (!isTerminal)
            return;
        var width = Screen.Open(writer).Profile.Width - 1;
        await writer.WriteAsync(ClearLine + (text.Length <= width ? text : text[..width]));
        await writer.FlushAsync();
        hasProgress = true;
    }

    private async Task HideProgressAsync()
    {
        if (hasProgress)
            await writer.WriteAsync(ClearLine);
        hasProgress = false;
    }
}
