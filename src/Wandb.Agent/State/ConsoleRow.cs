using System.Text;

namespace Wandb.Agent.State;

/// <summary>A line that may still change: a row of characters, or a text that came finished.</summary>
internal sealed class ConsoleRow(bool isError, DateTimeOffset time, string? label, string? finishedText)
{
    /// <summary>Longest row that a terminal keeps, in characters; what comes behind is dropped (core/internal/runconsolelogs).</summary>
    public const int MaxCharacters = 4096;

    private int[] characters = [];
    private int length;

    public bool IsError => isError;

    public DateTimeOffset Time => time;

    public string? Label => label;

    public string? FinishedText => finishedText;

    /// <summary>Whether it is new or changed since the changes were last taken.</summary>
    public bool IsChanged { get; set; } = true;

    /// <summary>Puts one character; columns before it that nobody wrote are blank.</summary>
    public void Put(int column, int character)
    {
        if (column >= MaxCharacters || finishedText is not null)
        {
            return;
        }

        // A blank put behind the end would be dropped again when the text is read.
        if (column >= length && character == ' ')
        {
            return;
        }

        if (column >= length)
        {
            Grow(column + 1);
        }

        if (characters[column] != character)
        {
            characters[column] = character;
            IsChanged = true;
        }
    }

    public ConsoleLine ToLine(long number) => new(number, finishedText ?? Text(), isError, time, label);

    private void Grow(int newLength)
    {
        if (newLength > characters.Length)
        {
            Array.Resize(ref characters, Math.Min(MaxCharacters, Math.Max(newLength, characters.Length * 2)));
        }

        characters.AsSpan(length, newLength - length).Fill(' ');
        length = newLength;
    }

    private string Text()
    {
        var text = new StringBuilder(length);
        foreach (var character in characters.AsSpan(0, length).TrimEnd(' '))
        {
            if (character < char.MaxValue)
            {
                text.Append((char)character);
            }
            else
            {
                text.Append(new Rune(character).ToString());
            }
        }

        return text.ToString();
    }
}
