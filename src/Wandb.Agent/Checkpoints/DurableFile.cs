using System.Text;

namespace Wandb.Agent.Checkpoints;

/// <summary>
/// Replaces a file so that after a crash at any moment either the old or the new content is there, whole:
/// 1 write a temporary file beside it, 2 flush it to the disk, 3 rename it over the old one.
/// </summary>
/// <param name="step">Called before each step with its name; the crash tests stop there. Nothing in normal use.</param>
internal sealed class DurableFile(Action<string> step)
{
    public static DurableFile Plain { get; } = new(static _ => { });

    /// <param name="flush">False leaves out step 2: a machine that loses power may leave neither content.</param>
    /// <exception cref="IOException">The disk is full or failed; the old file is untouched and the temporary one removed.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public void Replace(string path, ReadOnlySpan<byte> content, bool flush = true)
    {
        var temporary = path + ".tmp";
        step("create");
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 1))
            {
                step("write");
                file.Write(content);
                if (flush)
                {
                    step("flush");
                    file.Flush(flushToDisk: true);
                }
            }
            step("rename");
            File.Move(temporary, path, overwrite: true);
            step("renamed");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Adds to the end of a file. That outlives this process, not always the machine; a part of it may be left behind by either's end.</summary>
    /// <exception cref="IOException">The disk is full or failed; a part of the content may be there.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public void Append(string path, ReadOnlySpan<byte> content)
    {
        step("append");
        using (var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
            RandomAccess.Write(file, content, RandomAccess.GetLength(file));
        step("appended");
    }

    public void Replace(string path, string content) => Replace(path, Encoding.UTF8.GetBytes(content));
}
