namespace Wandb.Agent.State;

/// <summary>
/// Pulls tokens out of a value that <see cref="ValueJson.IsValid(ReadOnlySpan{byte})"/> accepted. It does not check again: on other bytes its
/// answers mean nothing, but it always ends.
/// </summary>
internal ref struct ValueReader(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> text = text;
    private int position;

    /// <summary>The bytes of the token last read; of names and strings the part between the quotes, still escaped.</summary>
    public ReadOnlySpan<byte> Raw { get; private set; }

    /// <summary>Whether the next token starts an object.</summary>
    public bool NextIsObject
    {
        get
        {
            SkipPunctuation();
            return position < text.Length && text[position] == (byte)'{';
        }
    }

    public ValueToken Read()
    {
        SkipPunctuation();
        if (position >= text.Length)
        {
            return ValueToken.End;
        }

        switch (text[position])
        {
            case (byte)'{':
                return Take(1, ValueToken.ObjectStart);
            case (byte)'}':
                return Take(1, ValueToken.ObjectEnd);
            case (byte)'[':
                return Take(1, ValueToken.ArrayStart);
            case (byte)']':
                return Take(1, ValueToken.ArrayEnd);
            case (byte)'"':
                return TakeString();
            default:
                var rest = text[position..];
                var number = ValueJson.NumberLength(rest);
                return number > 0
                    ? Take(number, ValueToken.Number)
                    : Take(Math.Max(1, ValueJson.WordLength(rest)), ValueToken.Word);
        }
    }

    /// <summary>The next value as it stands, whatever it is, without blanks around it.</summary>
    public ReadOnlySpan<byte> ReadValue()
    {
        SkipPunctuation();
        var start = position;
        var depth = 0;
        do
        {
            switch (Read())
            {
                case ValueToken.ObjectStart or ValueToken.ArrayStart:
                    depth++;
                    break;
                case ValueToken.ObjectEnd or ValueToken.ArrayEnd:
                    depth--;
                    break;
                case ValueToken.End:
                    return text[Math.Min(start, text.Length)..];
                default:
                    break;
            }
        }
        while (depth > 0);
        return text[start..position];
    }

    private ValueToken Take(int length, ValueToken token)
    {
        Raw = text.Slice(position, length);
        position += length;
        return token;
    }

    private ValueToken TakeString()
    {
        var length = Math.Max(2, ValueJson.StringLength(text[position..]));
        var end = Math.Min(position + length, text.Length);
        Raw = text[Math.Min(position + 1, end)..Math.Max(position + 1, end - 1)];
        position = end;
        while (end < text.Length && ValueJson.IsBlank(text[end]))
        {
            end++;
        }

        // In valid text only a name has a colon behind it.
        return end < text.Length && text[end] == (byte)':' ? ValueToken.Name : ValueToken.String;
    }

    private void SkipPunctuation()
    {
        while (position < text.Length && (ValueJson.IsBlank(text[position]) || text[position] is (byte)',' or (byte)':'))
        {
            position++;
        }
    }
}
