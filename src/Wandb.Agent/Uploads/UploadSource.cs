using System.Diagnostics;
using Wandb.Agent.RunFiles;

namespace Wandb.Agent.Uploads;

/// <summary>Where the bytes of an upload come from. It can be opened again for every try.</summary>
internal abstract record UploadSource
{
    private UploadSource()
    {
    }

    /// <param name="Path">Symbolic links are followed: the SDK links saved files to the user's originals.</param>
    internal sealed record LocalFile(string Path) : UploadSource;

    internal sealed record Memory(ReadOnlyMemory<byte> Bytes) : UploadSource;

    /// <param name="NewStream">Opens the content anew, at its start.</param>
    /// <param name="LengthBytes">Known beforehand; further bytes are not read.</param>
    internal sealed record Streamed(Func<Stream> NewStream, long LengthBytes) : UploadSource;

    /// <summary>Opens the source at an offset. Never blocks on a pipe and never throws for what a file system may answer.</summary>
    internal SourceOpening Open(long offsetBytes)
    {
        try
        {
            switch (this)
            {
                case LocalFile file:
                    return OpenFile(file.Path, offsetBytes);
                case Memory memory:
                    return new SourceOpening.Opened(new ReadOnlyMemoryStream(memory.Bytes[(int)offsetBytes..]), memory.Bytes.Length);
                case Streamed streamed:
                    var stream = streamed.NewStream();
                    if (offsetBytes > 0)
                        stream.Seek(offsetBytes, SeekOrigin.Begin);
                    return new SourceOpening.Opened(stream, streamed.LengthBytes);
                default:
                    throw new UnreachableException();
            }
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return new SourceOpening.Missing();
        }
        catch (UnauthorizedAccessException)
        {
            return new SourceOpening.Unreadable("permission denied");
        }
        catch (IOException)
        {
            // A loop of links, a name that is too long, a broken disk: the runtime's words are cut out of the native binary.
            return new SourceOpening.Unreadable("cannot be opened");
        }
    }

    /// <summary>Of a file, as it is now: asked of the open file, because a network file system may tell an old one by its name.</summary>
    /// <returns>Null for anything else, and when it cannot be opened.</returns>
    internal FileStamp? Stamp()
    {
        if (this is not LocalFile || Open(0) is not SourceOpening.Opened { Content: FileStream file })
            return null;
        using (file)
            return FileStamp.Of(file.SafeFileHandle);
    }

    private static SourceOpening OpenFile(string path, long offsetBytes)
    {
        switch (RegularFile.Look(path))
        {
            case RegularFile.Kind.Missing:
                return new SourceOpening.Missing();
            case RegularFile.Kind.Other:
                return new SourceOpening.Unreadable("not a regular file");
        }

        var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = FileAccess.Read,

            // The trainer may write, replace or delete it meanwhile.
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        });
        stream.Seek(offsetBytes, SeekOrigin.Begin);
        return new SourceOpening.Opened(stream, stream.Length);
    }
}
