namespace Wandb.Agent.Http;

/// <summary>Thrown by a request body whose source cannot be read to the announced length: the try ends, and is not repeated.</summary>
internal sealed class BodyUnavailableException(string reason) : Exception(reason);
