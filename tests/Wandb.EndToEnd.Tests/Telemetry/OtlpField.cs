using Google.Protobuf;

namespace Wandb.EndToEnd.Tests.Telemetry;

/// <summary>Field of a protobuf message, without its schema.</summary>
/// <param name="Number">Of a varint or a fixed field, as bits.</param>
/// <param name="Content">Of a field with a length; empty otherwise.</param>
internal readonly record struct OtlpField(int Field, ulong Number, ByteString Content)
{
    public static IReadOnlyList<OtlpField> Of(ByteString message)
    {
        var input = message.CreateCodedInput();
        var fields = new List<OtlpField>();
        while (input.ReadTag() is not 0 and var tag)
        {
            var field = WireFormat.GetTagFieldNumber(tag);
            fields.Add(WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => new(field, input.ReadUInt64(), ByteString.Empty),
                WireFormat.WireType.Fixed64 => new(field, input.ReadFixed64(), ByteString.Empty),
                WireFormat.WireType.Fixed32 => new(field, input.ReadFixed32(), ByteString.Empty),
                WireFormat.WireType.LengthDelimited => new(field, 0, input.ReadBytes()),
                var other => throw new InvalidDataException($"wire type {other}"),
            });
        }
        return fields;
    }

    /// <summary>The messages at the end of a path of field numbers.</summary>
    public static IEnumerable<ByteString> At(ByteString message, params int[] path)
    {
        IEnumerable<ByteString> found = [message];
        foreach (var field in path)
            found = found.SelectMany(inner => Of(inner).Where(part => part.Field == field).Select(part => part.Content));
        return found;
    }
}
