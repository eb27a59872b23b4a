using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;

namespace Wandb.Operator.Watching;

/// <summary>
/// Reads one page of a list while it comes, object by object, so that the largest object and not the page decides how much memory that takes.
/// </summary>
internal sealed class ListPageReader<T>(ObjectReader<T> objects, int maxObjectBytes)
    where T : class
{
    private readonly List<CachedObject<T>> _found = [];
    private JsonReaderState _reader;
    private string? _resourceVersion;
    private string? _continue;
    private bool _hasItems;
    private bool _isInItems;
    private bool _isComplete;

    /// <exception cref="JsonException">It is no list, or it ends early.</exception>
    /// <exception cref="InvalidDataException">An object is too large.</exception>
    public async Task<WatchEvent<T>.Page> ReadAsync(PipeReader pipe, CancellationToken ct)
    {
        long left = 0;
        while (!_isComplete)
        {
            // Twice as much as was too little: an object is scanned a few times at most, however slowly it comes.
            var result = await pipe.ReadAtLeastAsync((int)Math.Min(left * 2, maxObjectBytes + 1), ct);
            var consumed = Take(result.Buffer, result.IsCompleted);
            left = result.Buffer.Slice(consumed).Length;
            pipe.AdvanceTo(consumed, result.Buffer.End);
            if (left > maxObjectBytes)
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"an object is larger than {maxObjectBytes} bytes"));
            if (result.IsCompleted && !_isComplete)
                throw new JsonException("the list ends early");
        }
        // An answer that is JSON but no list must not pass for an empty one.
        return _hasItems && _resourceVersion is not null
            ? new WatchEvent<T>.Page(_found, _resourceVersion, _continue)
            : throw new JsonException("the answer is no list: it has no items or no metadata.resourceVersion");
    }

    /// <returns>Up to where everything was understood.</returns>
    private SequencePosition Take(ReadOnlySequence<byte> buffer, bool isFinal)
    {
        var reader = new Utf8JsonReader(buffer, isFinal, _reader);
        var whole = reader;
        while (!_isComplete && (_isInItems ? TakeItem(ref reader) : TakeMember(ref reader)))
            whole = reader;
        _reader = whole.CurrentState;
        return whole.Position;
    }

    /// <returns>False: more bytes are needed; the reader is somewhere in between.</returns>
    private bool TakeItem(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
            return false;
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            _isInItems = false;
            return true;
        }
        if (!JsonDocument.TryParseValue(ref reader, out var document))
            return false;
        using (document)
        {
            var (head, value) = objects.Read(document.RootElement);
            if (value is not null)
                _found.Add(new(head.Key, head.ResourceVersion, value));
        }
        return true;
    }

    /// <returns>False: more bytes are needed; the reader is somewhere in between.</returns>
    private bool TakeMember(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
            return false;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject when reader.CurrentDepth == 0:
                return true;
            case JsonTokenType.EndObject:
                _isComplete = true;
                return true;
            case JsonTokenType.PropertyName when reader.ValueTextEquals("items"u8):
                return TakeItems(ref reader);
            case JsonTokenType.PropertyName when reader.ValueTextEquals("metadata"u8):
                return TakeMetadata(ref reader);
            case JsonTokenType.PropertyName:
                return reader.Read() && reader.TrySkip();
            default:
                throw new JsonException("the answer is no object");
        }
    }

    private bool TakeItems(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
            return false;
        _hasItems = true;
        _isInItems = reader.TokenType == JsonTokenType.StartArray;
        // Go writes an empty list as null.
        return _isInItems || reader.TokenType == JsonTokenType.Null ? true : throw new JsonException("items is no array");
    }

    private bool TakeMetadata(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || !JsonDocument.TryParseValue(ref reader, out var document))
            return false;
        using (document)
        {
            _resourceVersion = ObjectHead.Text(document.RootElement, "resourceVersion");
            _continue = ObjectHead.Text(document.RootElement, "continue");
        }
        return true;
    }
}
