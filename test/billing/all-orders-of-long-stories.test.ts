import { describeAllOrders } from './support/all-orders';

// Seven events and the link; longer stories have their random orders (orders-on-databases.test.ts).
jest.setTimeout(600_000);

describeAllOrders(7, 8);
