using Wandb.Agent.Records;

namespace Wandb.Agent.Streaming;

/// <summary>Prints leaves that are sorted by path as one JSON object, opening and closing objects where the paths part.</summary>
/// <param name="escaped">Whether the text goes inside a JSON string of a request body.</param>
internal ref struct NestedLeaves(LineBuffer target, bool escaped)
{
    private ItemPath? _previous;

    /// <summary>Bytes of the text so far without the escapes of the request body.</summary>
    public int TextBytes { get; private set; }

    /// <summary>The next leaf; paths must come in the order of <see cref="ItemPath.Compare"/> and none may lead through another.</summary>
    /// <param name="value">Valid JSON of the SDK's dialect.</param>
    public void Add(ItemPath path, ReadOnlySpan<byte> value)
    {
        var common = 0;
        if (_previous is null)
        {
            Mark((byte)'{');
        }
        else
        {
            while (common < Math.Min(_previous.Labels.Length, path.Labels.Length) - 1
                && string.Equals(_previous.Labels[common], path.Labels[common], StringComparison.Ordinal))
            {
                common++;
            }
            Close(_previous.Labels.Length - 1 - common);
            Mark((byte)',');
        }
        for (var i = common; i < path.Labels.Length; i++)
        {
            Text(path.JsonLabels[i]);
            if (i < path.Labels.Length - 1)
                Mark((byte)'{');
        }
        Text(value);
        _previous = path;
    }

    public void End()
    {
        if (_previous is null)
            Mark((byte)'{');
        else
            Close(_previous.Labels.Length - 1);
        Mark((byte)'}');
    }

    private void Close(int objects)
    {
        for (var i = 0; i < objects; i++)
            Mark((byte)'}');
    }

    private void Mark(byte punctuation)
    {
        target.Append(punctuation);
        TextBytes++;
    }

    private void Text(ReadOnlySpan<byte> json)
    {
        TextBytes += json.Length;
        if (escaped)
            target.AppendEscaped(json);
        else
            target.Append(json);
    }
}
