namespace Wandb.Agent.Inspection;

/// <summary>Lines of one console stream.</summary>
internal sealed class ConsoleSummary
{
    private long _ends;
    private bool _isOpen;

    /// <summary>Lines, the unfinished last one included.</summary>
    public long Lines => _ends + (_isOpen ? 1 : 0);

    /// <summary>Takes a piece of text that may end anywhere, as raw output records hold it.</summary>
    public void AddText(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return;
        _ends += text.Count((byte)'\n');
        _isOpen = text[^1] != (byte)'\n';
    }

    /// <summary>Takes whole lines, the last one perhaps without its end, as records of <c>console="redirect"</c> hold them.</summary>
    public void AddLines(ReadOnlySpan<byte> text)
    {
        AddText(text);
        if (_isOpen)
            (_ends, _isOpen) = (_ends + 1, false);
    }
}
