namespace Wandb.Agent.State;

/// <summary>Checks the grammar of a value in one pass. <paramref name="kinds"/> has one bit for each open level: 1 object, 0 array.</summary>
internal ref struct ValueChecker(ReadOnlySpan<byte> text, Span<ulong> kinds, int maxDepth)
{
    private readonly ReadOnlySpan<byte> text = text;
    private readonly Span<ulong> kinds = kinds;
    private int position;
    private int depth;

    private enum Taken
    {
        Invalid,
        Opened,
        Complete,
    }

    public bool Run()
    {
        SkipBlanks();
        while (true)
        {
            var taken = TakeValue();
            if (taken == Taken.Invalid)
            {
                return false;
            }

            if (taken == Taken.Complete && Close() is { } finished)
            {
                return finished;
            }
        }
    }

    /// <summary>Goes on after a complete value: null when another value must follow, else the answer.</summary>
    private bool? Close()
    {
        while (true)
        {
            SkipBlanks();
            if (depth == 0)
            {
                return position == text.Length;
            }

            if (position == text.Length)
            {
                return false;
            }

            var b = text[position++];
            if (b == (byte)',')
            {
                SkipBlanks();
                return InObject && !TakeName() ? false : null;
            }

            if (b != (InObject ? (byte)'}' : (byte)']'))
            {
                return false;
            }

            depth--;
        }
    }

    private readonly bool InObject => (kinds[(depth - 1) >> 6] >> ((depth - 1) & 63) & 1) != 0;

    private Taken TakeValue()
    {
        if (position == text.Length)
        {
            return Taken.Invalid;
        }

        var rest = text[position..];
        switch (rest[0])
        {
            case (byte)'{':
                return Open(isObject: true);
            case (byte)'[':
                return Open(isObject: false);
            case (byte)'"':
                return Advance(ValueJson.StringLength(rest));
            default:
                var number = ValueJson.NumberLength(rest);
                return Advance(number > 0 ? number : ValueJson.WordLength(rest));
        }
    }

    private Taken Open(bool isObject)
    {
        if (depth == maxDepth)
        {
            return Taken.Invalid;
        }

        var bit = 1UL << (depth & 63);
        kinds[depth >> 6] = isObject ? kinds[depth >> 6] | bit : kinds[depth >> 6] & ~bit;
        depth++;
        position++;
        SkipBlanks();
        if (position < text.Length && text[position] == (isObject ? (byte)'}' : (byte)']'))
        {
            position++;
            depth--;
            return Taken.Complete;
        }

        return isObject && !TakeName() ? Taken.Invalid : Taken.Opened;
    }

    private bool TakeName()
    {
        if (Advance(ValueJson.StringLength(text[position..])) == Taken.Invalid)
        {
            return false;
        }

        SkipBlanks();
        if (position == text.Length || text[position] != (byte)':')
        {
            return false;
        }

        position++;
        SkipBlanks();
        return true;
    }

    private Taken Advance(int length)
    {
        position += length;
        return length == 0 ? Taken.Invalid : Taken.Complete;
    }

    private void SkipBlanks()
    {
        while (position < text.Length && ValueJson.IsBlank(text[position]))
        {
            position++;
        }
    }
}
