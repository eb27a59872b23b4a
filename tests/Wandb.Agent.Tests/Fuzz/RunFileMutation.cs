using System.Text;
using Wandb.Agent.RunFiles;
using Wandb.Sandbox.Trainer;

namespace Wandb.Agent.Tests.Fuzz;

/// <summary>
/// Damages run files at three levels: bytes of the file (the reader's business), bytes of records in chunks with right checksums (the decoder's),
/// and whole fields that are well formed and mean trouble.
/// </summary>
internal sealed class RunFileMutation(Random random, IReadOnlyList<IReadOnlyList<byte[]>> corpus)
{
    private static readonly string[] Values =
    [
        "", "NaN", "-0", "1e999", "{", "{}", "{\"a\":{\"b\":{\"c\":[1,{\"d\":null}]}}}", "\"\\ud800\"", "\"\\u0000\\n\"", "[[[[[[[[]]]]]]]]", "{\"a\":1,\"a\":{\"a\":2}}",
        "99999999999999999999999999", "\r\n1\r\n", "tru", "\"unfinished", new string('[', 600) + new string(']', 600), "\"\u2028<>&\"",
    ];

    private static readonly string[] Labels = ["", "a", "b", "_step", "_wandb", "a.b", "\"\\", "\u0001", "ü"];

    public byte[] Next()
    {
        List<byte[]> records = [.. corpus[random.Next(corpus.Count)]];
        for (var count = random.Next(4); count > 0; count--)
            ChangeRecords(records);
        using var output = new MemoryStream();
        using (var writer = new RunFileWriter(output))
        {
            foreach (var record in records)
                writer.Append(record);
        }
        var file = output.ToArray();
        for (var count = random.Next(3); count > 0; count--)
            file = ChangeBytes(file, RunFileFormat.HeaderBytes);
        return file;
    }

    private void ChangeRecords(List<byte[]> records)
    {
        if (records.Count == 0)
            return;
        var at = random.Next(records.Count);
        switch (random.Next(8))
        {
            case 0:
                records.RemoveAt(at);
                break;
            case 1:
                records.Insert(random.Next(records.Count), records[at]);
                break;
            case 2:
                // From another run.
                var other = corpus[random.Next(corpus.Count)];
                records.Insert(at, other[random.Next(other.Count)]);
                break;
            case 3 or 4:
                records[at] = ChangeBytes(records[at], 0);
                break;
            default:
                records.Insert(at, TroubleRecord());
                break;
        }
    }

    private byte[] ChangeBytes(byte[] bytes, int from)
    {
        if (bytes.Length <= from)
            return bytes;
        var at = random.Next(from, bytes.Length);
        var length = Math.Min(1 + random.Next(1 << random.Next(1, 10)), bytes.Length - at);
        switch (random.Next(6))
        {
            case 0:
                bytes = [.. bytes];
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                return bytes[..at];
            case 2:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 3:
                bytes = [.. bytes];
                bytes.AsSpan(at, length).Clear();
                return bytes;
            case 4:
                var garbage = new byte[length];
                random.NextBytes(garbage);
                return [.. bytes[..at], .. garbage, .. bytes[at..]];
            default:
                var copyFrom = random.Next(bytes.Length - length + 1);
                return [.. bytes[..at], .. bytes.AsSpan(copyFrom, length), .. bytes[at..]];
        }
    }

    /// <summary>A record of items or text with unusual content.</summary>
    private byte[] TroubleRecord()
    {
        var record = new ProtoBytes();
        if (random.Next(4) > 0)
            record.Number(1, random.Next(5) == 0 ? random.NextInt64() : random.Next(100));
        var body = new ProtoBytes();
        switch (random.Next(6))
        {
            case 0:
                body.Number(1, random.Next(3)).Message(2, Time()).Text(3, ConsoleText());
                return record.Message(random.Next(2) == 0 ? 4 : 13, body.Written).Written.ToArray();
            case 1:
                body.Message(2, Time());
                for (var count = random.Next(5); count > 0; count--)
                    body.Message(3, new ProtoBytes().Text(1, Pick(Labels)).Text(16, Value()).Written);
                return record.Message(7, body.Written).Written.ToArray();
            case 2:
                // Exit, preempting, alert, files, or what is not known.
                int[] fields = [18, 23, 10, 6, 100, 28, 500];
                return record.Message(fields[random.Next(fields.Length)], body.Text(random.Next(1, 4), Pick(Labels)).Written).Written.ToArray();
            default:
                for (var count = random.Next(6); count > 0; count--)
                    body.Message(random.Next(1, 3), Item());
                int[] kinds = [2, 3, 5];
                return record.Message(kinds[random.Next(kinds.Length)], body.Written).Written.ToArray();
        }
    }

    private byte[] Item()
    {
        var item = new ProtoBytes();
        var depth = random.Next(20) == 0 ? random.Next(2000) : random.Next(4);
        if (random.Next(4) == 0)
            item.Text(16, Value());
        for (var level = 0; level < depth; level++)
            item.Text(random.Next(8) == 0 ? 1 : 2, Pick(Labels));
        if (random.Next(8) > 0)
            item.Text(16, Value());
        return item.Written.ToArray();
    }

    private byte[] Time() => new ProtoBytes().Number(1, random.Next(3) == 0 ? random.NextInt64() : 1_795_000_000).Number(2, random.Next()).Written.ToArray();

    private string Value() => random.Next(3) == 0 ? random.Next(-1000, 1000).ToString(System.Globalization.CultureInfo.InvariantCulture) : Pick(Values);

    private string ConsoleText()
    {
        var text = new StringBuilder();
        string[] pieces = ["\n", "\r", "\e[A", "\e[B", "\e[", "x", "😀", "\t", " ", "\0", new string('y', 5000), "\e[31m"];
        for (var count = random.Next(60); count > 0; count--)
            text.Append(pieces[random.Next(pieces.Length)]);
        return text.ToString();
    }

    private string Pick(string[] texts) => texts[random.Next(texts.Length)];
}
