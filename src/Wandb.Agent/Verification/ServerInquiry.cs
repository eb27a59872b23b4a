using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.Streaming;

namespace Wandb.Agent.Verification;

/// <summary>Asks a server what it has of a run. Queries only: nothing here changes anything.</summary>
internal sealed class ServerInquiry(GraphQLClient graphql)
{
    // Servers give files by pages; with so many names the first page holds them all.
    private const int NamesInOneQuery = 100;

    public Task<ApiOutcome<RunResumeAnswer>> RunAsync(RunPath place, CancellationToken ct) => graphql.SendAsync(RunResumeStatus.Request(place), ct);

    /// <returns>The first answer that is not known ends the asking.</returns>
    public async Task<ServerReading<RunFilesAnswer>> FilesAsync(RunPath run, IReadOnlyList<string> names, CancellationToken ct)
    {
        var files = new List<StoredRunFile>();
        foreach (var batch in names.Chunk(NamesInOneQuery))
        {
            var reading = ServerReading<RunFilesAnswer>.From(await graphql.SendAsync(RunFilesByName.Request(run, batch), ct));
            if (reading is not ServerReading<RunFilesAnswer>.Known known)
                return reading;
            files.AddRange(known.Value.Files);
        }
        return new ServerReading<RunFilesAnswer>.Known(new RunFilesAnswer(files));
    }

    /// <param name="receiptId">The server's id by the receipt; null without one.</param>
    public async Task<ServerReading<ArtifactStateAnswer>> ArtifactAsync(LoggedArtifact artifact, string? receiptId, CancellationToken ct)
    {
        var id = receiptId;
        if (artifact.ClientId.Length > 0)
        {
            switch (ServerReading<ClientIDAnswer>.From(await graphql.SendAsync(ClientIDMapping.Request(artifact.ClientId), ct)))
            {
                case ServerReading<ClientIDAnswer>.Known known:
                    // A version that was there before keeps the id of its first writer: then the receipt knows it.
                    id = known.Value.ServerId ?? receiptId;
                    if (id is null)
                        return new ServerReading<ArtifactStateAnswer>.Known(new ArtifactStateAnswer(false, null, null));
                    break;
                case ServerReading<ClientIDAnswer>.Unsupported unsupported when receiptId is null:
                    return new ServerReading<ArtifactStateAnswer>.Unsupported(unsupported.Why);
                case ServerReading<ClientIDAnswer>.Failed failed:
                    return new ServerReading<ArtifactStateAnswer>.Failed(failed.Cause);
            }
        }
        return id is null
            ? new ServerReading<ArtifactStateAnswer>.Unsupported("the record has no client id, and there is no receipt")
            : ServerReading<ArtifactStateAnswer>.From(await graphql.SendAsync(ArtifactById.Request(id), ct));
    }
}
