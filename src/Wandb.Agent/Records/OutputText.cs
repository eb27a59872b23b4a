using System.Text;

namespace Wandb.Agent.Records;

/// <summary>Opens output records (raw and emulated): <c>output_type = 1</c>, <c>timestamp = 2</c>, <c>line = 3</c>.</summary>
internal readonly ref struct OutputText
{
    public bool IsStderr { get; private init; }

    public DateTimeOffset Timestamp { get; private init; }

    public ReadOnlySpan<byte> Text { get; private init; }

    public static bool TryRead(ReadOnlySpan<byte> record, out OutputText output)
    {
        var reader = new ProtoReader(record);
        var isStderr = true;
        var timestamp = DateTimeOffset.UnixEpoch;
        ReadOnlySpan<byte> text = default;
        output = default;
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out var tag))
                return false;
            bool read;
            switch (tag)
            {
                case 1 << 3 | ProtoReader.VarintType:
                    read = reader.TryReadVarint(out var type);
                    isStderr = type == 0;
                    break;
                case 2 << 3 | ProtoReader.BytesType:
                    read = WireTime.TryRead(ref reader, out timestamp);
                    break;
                case 3 << 3 | ProtoReader.BytesType:
                    read = reader.TryReadBytes(out text);
                    break;
                default:
                    read = reader.TrySkip(tag);
                    break;
            }
            if (!read)
                return false;
        }
        output = new OutputText { IsStderr = isStderr, Timestamp = timestamp, Text = text };
        return true;
    }

    public override string ToString() => Encoding.UTF8.GetString(Text);
}
